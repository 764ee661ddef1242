import type { PlantedCase } from '../planted-case.ts'
import { indexCases } from './indexes/index.ts'
import { scheduleCases } from './schedule/index.ts'

/** By family: one database each. */
export const plantedCases: Readonly<Record<string, readonly PlantedCase[]>> = {
  indexes: indexCases,
  schedule: scheduleCases,
}
