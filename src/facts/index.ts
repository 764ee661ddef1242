/**
 * What was seen of a database, as plain data: one file a kind of object. Probes fill it in, rules
 * judge it; neither knows the other.
 */
export type { AccessFacts, AccessRole, RelationRight } from './access.ts'
export type {
  ActivityFacts,
  ActivityHistory,
  BlockingSession,
  ConnectionGroup,
  ConnectionsNow,
  Episode,
} from './activity.ts'
export type { ColumnFacts } from './columns.ts'
export type { ConstraintFacts } from './constraints.ts'
export type { FactName, Facts, SeenFacts, Unseen } from './facts.ts'
export type { FunctionBody } from './function-bodies.ts'
export type { IndexFacts, IndexKey, IndexUsage } from './indexes.ts'
export type { JobFacts } from './jobs.ts'
export { isManaged, managedSchemas } from './managed-schemas.ts'
export type {
  CheckpointFacts,
  DatabaseActivity,
  DatabaseCounters,
  HostFacts,
  ReplicationSlot,
} from './platform.ts'
export type { PolicyExpression, PolicyFacts } from './policies.ts'
export type { RoutineFacts } from './routines.ts'
export type { SequenceFacts } from './sequences.ts'
export type { ServerState } from './server.ts'
export type { RecentStatistics, StatementStatisticsFacts } from './statement-statistics.ts'
export type { SizeAt, TableGrowth } from './table-sizes.ts'
export type { TableFacts, TableUsage } from './tables.ts'
export type { SlowestStatement, TimeoutFacts } from './timeouts.ts'
export type { TriggerFacts } from './triggers.ts'
export type { UpdatedColumn } from './updated-columns.ts'
export type { AutovacuumWorker, DatabaseAge, HorizonHolder } from './vacuum.ts'
export type { ViewFacts } from './views.ts'
