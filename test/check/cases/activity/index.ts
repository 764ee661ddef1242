import type { PlantedCase } from '../../planted-case.ts'
import * as server from './server.ts'
import * as sessions from './sessions.ts'

export const activityCases: readonly PlantedCase[] = [
  ...Object.values(sessions),
  ...Object.values(server),
]
