import type { PlantedCase } from '../../planted-case.ts'
import { invalidIndex } from './invalid-index.ts'

export const indexCases: readonly PlantedCase[] = [invalidIndex]
