import type { PlantedCase } from '../planted-case.ts'
import { indexCases } from './indexes/index.ts'
import { platformCases } from './platform/index.ts'
import { policyCases } from './policies/index.ts'
import { scheduleCases } from './schedule/index.ts'
import { statementCases } from './statements/index.ts'

/** By family: one database each. */
export const plantedCases: Readonly<Record<string, readonly PlantedCase[]>> = {
  indexes: indexCases,
  statements: statementCases,
  platform: platformCases,
  policies: policyCases,
  schedule: scheduleCases,
}
