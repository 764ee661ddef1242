import type { WindowFacts } from '../analyze/index.ts'
import type { AccessFacts } from './access.ts'
import type { ActivityFacts } from './activity.ts'
import type { ColumnFacts } from './columns.ts'
import type { ConstraintFacts } from './constraints.ts'
import type { FunctionBody } from './function-bodies.ts'
import type { IndexFacts, IndexUsage } from './indexes.ts'
import type { JobFacts } from './jobs.ts'
import type { CheckpointFacts, DatabaseActivity, HostFacts, ReplicationSlot } from './platform.ts'
import type { PolicyFacts } from './policies.ts'
import type { RoutineFacts } from './routines.ts'
import type { SequenceFacts } from './sequences.ts'
import type { ServerState } from './server.ts'
import type { StatementStatisticsFacts } from './statement-statistics.ts'
import type { TableGrowth } from './table-sizes.ts'
import type { TableFacts, TableUsage } from './tables.ts'
import type { TimeoutFacts } from './timeouts.ts'
import type { TriggerFacts } from './triggers.ts'
import type { UpdatedColumn } from './updated-columns.ts'
import type { AutovacuumWorker, DatabaseAge, HorizonHolder } from './vacuum.ts'
import type { ViewFacts } from './views.ts'

/** Every kind of fact that a rule can ask for, one probe each but for `statements`. */
export interface Facts {
  /** Read as the report reads them: by `withStatements` of src/collect/report. */
  statements: WindowFacts
  statementStatistics: StatementStatisticsFacts
  databaseActivity: DatabaseActivity
  checkpoints: CheckpointFacts
  slots: readonly ReplicationSlot[]
  host: HostFacts
  server: ServerState
  tables: readonly TableFacts[]
  tableUsage: readonly TableUsage[]
  columns: readonly ColumnFacts[]
  constraints: readonly ConstraintFacts[]
  indexes: readonly IndexFacts[]
  indexUsage: readonly IndexUsage[]
  updatedColumns: readonly UpdatedColumn[]
  sequences: readonly SequenceFacts[]
  triggers: readonly TriggerFacts[]
  views: readonly ViewFacts[]
  databaseAges: readonly DatabaseAge[]
  /** Oldest first. */
  horizon: readonly HorizonHolder[]
  autovacuumWorkers: readonly AutovacuumWorker[]
  /** Largest first. */
  tableGrowth: readonly TableGrowth[]
  policies: readonly PolicyFacts[]
  routines: readonly RoutineFacts[]
  access: AccessFacts
  jobs: readonly JobFacts[]
  activity: ActivityFacts
  timeouts: TimeoutFacts
  functionBodies: readonly FunctionBody[]
}

export type FactName = keyof Facts

/** Why a kind of fact could not be had, and what would change that. */
export interface Unseen {
  why: string
  remedy: string
}

/** What the probes brought: each kind of fact is either seen or unseen. */
export interface SeenFacts {
  seen: Partial<Facts>
  unseen: Partial<Record<FactName, Unseen>>
}
