import type { PlantedCase } from '../../planted-case.ts'
import { alwaysTruePredicate } from './always-true-predicate.ts'
import { bloatedIndex } from './bloated-index.ts'
import { booleanIndex } from './boolean-index.ts'
import { btreeOnArray } from './btree-on-array.ts'
import { duplicateIndex } from './duplicate-index.ts'
import { indexDoublesConstraint } from './index-doubles-constraint.ts'
import { indexStopsHot } from './index-stops-hot.ts'
import { invalidIndex } from './invalid-index.ts'
import { nullLedIndex, partialIndexCandidate } from './null-cases.ts'
import { rarelyUsedIndex } from './rarely-used-index.ts'
import { redundantIndex } from './redundant-index.ts'
import { timestampLedIndex } from './timestamp-led-index.ts'
import { unindexedForeignKeys } from './unindexed-foreign-keys.ts'
import { unusedIndex } from './unused-index.ts'

export const indexCases: readonly PlantedCase[] = [
  invalidIndex,
  unindexedForeignKeys,
  duplicateIndex,
  indexDoublesConstraint,
  redundantIndex,
  btreeOnArray,
  rarelyUsedIndex,
  partialIndexCandidate,
  nullLedIndex,
  booleanIndex,
  timestampLedIndex,
  alwaysTruePredicate,
  bloatedIndex,
  indexStopsHot,
  // Makes what comes after it young.
  unusedIndex,
]
