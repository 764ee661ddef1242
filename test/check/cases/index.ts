import type { PlantedCase } from '../planted-case.ts'
import { activityCases } from './activity/index.ts'
import { functionCases } from './functions/index.ts'
import { indexCases } from './indexes/index.ts'
import { platformCases } from './platform/index.ts'
import { policyCases } from './policies/index.ts'
import { scheduleCases } from './schedule/index.ts'
import { securityCases } from './security/index.ts'
import { statementCases } from './statements/index.ts'
import { tableCases } from './tables/index.ts'

/** By family: one database each. */
export const plantedCases: Readonly<Record<string, readonly PlantedCase[]>> = {
  indexes: indexCases,
  tables: tableCases,
  statements: statementCases,
  platform: platformCases,
  policies: policyCases,
  security: securityCases,
  schedule: scheduleCases,
  activity: activityCases,
  functions: functionCases,
}
