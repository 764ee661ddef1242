/** Rules on the server and the database as a whole: caching, transactions, WAL, memory, safety. */
import type { Rule } from '../rule.ts'
import { archiveFailing } from './archive-failing.ts'
import { deadlocks } from './deadlocks.ts'
import { forcedCheckpoints } from './forced-checkpoints.ts'
import { lowCacheHit } from './low-cache-hit.ts'
import { manyRollbacks } from './many-rollbacks.ts'
import { memoryOvercommit } from './memory-overcommit.ts'
import { randomPageCost } from './random-page-cost.ts'
import { slotRetainsWal } from './slot-retains-wal.ts'
import { unsafeSettings } from './unsafe-settings.ts'

export const platformRules: readonly Rule[] = [
  lowCacheHit,
  manyRollbacks,
  deadlocks,
  forcedCheckpoints,
  slotRetainsWal,
  memoryOvercommit,
  randomPageCost,
  unsafeSettings,
  archiveFailing,
]
