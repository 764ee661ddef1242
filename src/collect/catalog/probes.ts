import type { FactName } from '../../facts/index.ts'
import { readActivityFacts } from '../activity/read-activity-facts.ts'
import { readTimeouts } from '../activity/timeouts.sql.ts'
import { readAccess } from './access.sql.ts'
import { readAutovacuumWorkers } from './autovacuum-workers.sql.ts'
import { readCheckpoints } from './checkpoints.sql.ts'
import { readColumns } from './columns.sql.ts'
import { readConstraints } from './constraints.sql.ts'
import { readDatabaseActivity } from './database-activity.sql.ts'
import { readDatabaseAges } from './database-ages.sql.ts'
import { readFunctionBodies } from './function-bodies.sql.ts'
import { readHorizon } from './horizon.sql.ts'
import { readHost } from './host.sql.ts'
import { readIndexUsage } from './index-usage.sql.ts'
import { readIndexes } from './indexes.sql.ts'
import { readJobHealth } from './jobs.sql.ts'
import { readPolicies } from './policies.sql.ts'
import type { Probe } from './probe.ts'
import { readRoutines } from './routines.sql.ts'
import { readSequences } from './sequences.sql.ts'
import { readServer } from './server.sql.ts'
import { readSlots } from './slots.sql.ts'
import { readStatementStatistics } from './statement-statistics.sql.ts'
import { readTableGrowth } from './table-growth.sql.ts'
import { readTableUsage } from './table-usage.sql.ts'
import { readTables } from './tables.sql.ts'
import { readTriggers } from './triggers.sql.ts'
import { readUpdatedColumns } from './updated-columns.sql.ts'
import { readViews } from './views.sql.ts'

/** What a probe brings; statements are read over a window. */
export type ProbedFact = Exclude<FactName, 'statements'>

/** The probe of each kind of fact, in the order in which they run. */
export const probes: { readonly [Name in ProbedFact]: Probe<Name> } = {
  server: readServer,
  host: readHost,
  statementStatistics: readStatementStatistics,
  databaseActivity: readDatabaseActivity,
  checkpoints: readCheckpoints,
  slots: readSlots,
  tables: readTables,
  tableUsage: readTableUsage,
  columns: readColumns,
  constraints: readConstraints,
  indexes: readIndexes,
  indexUsage: readIndexUsage,
  updatedColumns: readUpdatedColumns,
  sequences: readSequences,
  triggers: readTriggers,
  views: readViews,
  databaseAges: readDatabaseAges,
  horizon: readHorizon,
  autovacuumWorkers: readAutovacuumWorkers,
  tableGrowth: readTableGrowth,
  policies: readPolicies,
  routines: readRoutines,
  access: readAccess,
  jobs: readJobHealth,
  activity: readActivityFacts,
  timeouts: readTimeouts,
  functionBodies: readFunctionBodies,
}
