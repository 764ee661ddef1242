/** Rules on what sessions do: live, and as samples saw them. */
import type { Rule } from '../rule.ts'
import { blockedSessions } from './blocked-sessions.ts'
import { cancelledStatements } from './cancelled-statements.ts'
import { connectionsNearLimit } from './connections-near-limit.ts'
import { idleInTransaction } from './idle-in-transaction.ts'
import { longRunningStatement } from './long-running-statement.ts'
import { nearStatementTimeout } from './near-statement-timeout.ts'
import { waitProfile } from './wait-profile.ts'

export const activityRules: readonly Rule[] = [
  blockedSessions,
  idleInTransaction,
  cancelledStatements,
  longRunningStatement,
  connectionsNearLimit,
  waitProfile,
  nearStatementTimeout,
]
