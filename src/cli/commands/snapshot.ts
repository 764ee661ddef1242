import type { Command } from 'commander'
import type { Application } from '../register.ts'

export function registerSnapshot(_program: Command, _app: Application): void {}
