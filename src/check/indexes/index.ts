/** Rules on indexes: what is missing, what is not needed, what does not work. */
import type { Rule } from '../rule.ts'
import { invalidIndex } from './invalid-index.ts'

export const indexRules: readonly Rule[] = [invalidIndex]
