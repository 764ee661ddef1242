import { lifetimeM2, ownMarker, redactStatement, type WindowStatement } from '../analyze/index.ts'
import { type Capabilities, type Database, readOnly } from '../db/index.ts'
import { type LifetimeRow, readLifetimeRows, readStatisticsInfo } from './read-lifetime.sql.ts'
import { countersOf } from './read-window.sql.ts'
import { columnsError, requireStatistics, unreadableStatistics } from './require-statistics.ts'

/** The live counters, for want of snapshots. */
export interface LifetimeStatements {
  /** In no order; without Supascope's own statements. Texts are redacted. */
  statements: WindowStatement[]
  /** The last reset of all statistics, ISO 8601: single entries may be younger. */
  since: string
  /** By the server's clock, ISO 8601. */
  to: string
  /** How often entries were evicted since; above 0 every figure may be a lower bound. */
  evictions: number
}

/**
 * Reads pg_stat_statements as it stands, with texts. Needs none of our tables and writes nothing.
 *
 * @throws ScopeError whatever {@link requireStatistics} says.
 */
export async function readLifetime(
  db: Database,
  capabilities: Capabilities,
): Promise<LifetimeStatements> {
  const { schema, version } = requireStatistics(capabilities)
  const { rows, info } = await readOnly(db, async (trx) => ({
    rows: await readLifetimeRows(trx, schema, version),
    info: await readStatisticsInfo(trx, schema),
  })).catch((error: unknown) => {
    throw columnsError(error, version)
  })
  if (rows.some(({ queryid }) => queryid === null)) {
    throw unreadableStatistics(capabilities.role.name)
  }
  return {
    statements: rows
      .filter(({ query }) => !query?.includes(ownMarker))
      .map((row) => lifetimeStatement(row, info.evictions)),
    since: info.since.toISOString(),
    to: info.now.toISOString(),
    evictions: info.evictions,
  }
}

function lifetimeStatement(row: LifetimeRow, evictions: number): WindowStatement {
  const counters = countersOf(row)
  const text = row.query === null || row.query === '<insufficient privilege>' ? null : row.query
  return {
    ...counters,
    queryid: row.queryid ?? '',
    role: row.role,
    toplevel: row.toplevel,
    text: text === null ? null : redactStatement(text),
    m2: lifetimeM2({ ...counters, stddevMs: row.stddev_ms }),
    flags: 0,
    firstSeenAt: null,
    mayMissCalls: evictions > 0,
  }
}
