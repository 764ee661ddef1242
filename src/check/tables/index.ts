/** Rules on tables, vacuum and the schema: what is read whole, what piles up, what runs out. */
import type { Rule } from '../rule.ts'
import { analyzeOverdue } from './analyze-overdue.ts'
import { autovacuumBusy } from './autovacuum-busy.ts'
import { autovacuumOff } from './autovacuum-off.ts'
import { columnTypes } from './column-types.ts'
import { costlyRowTrigger } from './costly-row-trigger.ts'
import { deadRows } from './dead-rows.ts'
import { duplicateForeignKey } from './duplicate-foreign-key.ts'
import { foreignKeyType } from './foreign-key-type.ts'
import { narrowIdentity } from './narrow-identity.ts'
import { nestedViews } from './nested-views.ts'
import { neverVacuumed } from './never-vacuumed.ts'
import { noPrimaryKey } from './no-primary-key.ts'
import { partitionedSequentialScans } from './partitioned-sequential-scans.ts'
import { sequenceExhaustion } from './sequence-exhaustion.ts'
import { sequentialScans } from './sequential-scans.ts'
import { tableBloat } from './table-bloat.ts'
import { tableGrowth } from './table-growth.ts'
import { transactionIdAge } from './transaction-id-age.ts'
import { unvalidatedConstraint } from './unvalidated-constraint.ts'
import { vacuumOverdue } from './vacuum-overdue.ts'
import { xminHorizon } from './xmin-horizon.ts'

/** Of one trouble the plainest stands first. */
export const tableRules: readonly Rule[] = [
  sequentialScans,
  partitionedSequentialScans,
  neverVacuumed,
  vacuumOverdue,
  deadRows,
  analyzeOverdue,
  autovacuumOff,
  autovacuumBusy,
  transactionIdAge,
  xminHorizon,
  tableBloat,
  noPrimaryKey,
  sequenceExhaustion,
  narrowIdentity,
  foreignKeyType,
  unvalidatedConstraint,
  duplicateForeignKey,
  nestedViews,
  costlyRowTrigger,
  columnTypes,
  tableGrowth,
]
