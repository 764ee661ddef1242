import type { PlantedCase } from '../../planted-case.ts'
import * as database from './database.ts'
import * as server from './server.ts'

/** On a server of their own: what they set and break belongs to the whole server. */
export const platformCases: readonly PlantedCase[] = [
  ...Object.values(database),
  ...Object.values(server),
]
