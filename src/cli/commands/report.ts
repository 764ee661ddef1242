import type { Command } from 'commander'
import type { Application } from '../register.ts'

export function registerReport(_program: Command, _app: Application): void {}
