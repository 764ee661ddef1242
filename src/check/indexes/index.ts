/** Rules on indexes: what is missing, what is not needed, what does not work. */
import type { Rule } from '../rule.ts'
import { alwaysTruePredicate } from './always-true-predicate.ts'
import { bloatedIndex } from './bloated-index.ts'
import { booleanIndex } from './boolean-index.ts'
import { btreeOnArray } from './btree-on-array.ts'
import { duplicateIndex } from './duplicate-index.ts'
import { indexDoublesConstraint } from './index-doubles-constraint.ts'
import { indexStopsHot } from './index-stops-hot.ts'
import { invalidIndex } from './invalid-index.ts'
import { nullLedIndex } from './null-led-index.ts'
import { partialIndexCandidate } from './partial-index-candidate.ts'
import { rarelyUsedIndex } from './rarely-used-index.ts'
import { redundantIndex } from './redundant-index.ts'
import { timestampLedIndex } from './timestamp-led-index.ts'
import { unindexedForeignKeys } from './unindexed-foreign-keys.ts'
import { unusedIndex } from './unused-index.ts'

/** Of those that speak of an index too many, the one that knows why stands first. */
export const indexRules: readonly Rule[] = [
  invalidIndex,
  unindexedForeignKeys,
  duplicateIndex,
  indexDoublesConstraint,
  redundantIndex,
  btreeOnArray,
  unusedIndex,
  rarelyUsedIndex,
  partialIndexCandidate,
  nullLedIndex,
  booleanIndex,
  timestampLedIndex,
  alwaysTruePredicate,
  bloatedIndex,
  indexStopsHot,
]
