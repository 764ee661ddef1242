import { sql } from 'kysely'
import { counterNames } from '../analyze/index.ts'
import type { Trx } from '../db/index.ts'
import { columnOf, statementColumns, statementsFunction } from './statement-columns.ts'

/** An entry that differs from what the last snapshot saw. */
export interface ChangedEntry {
  userid: number
  queryid: string | null
  toplevel: boolean
  /** The entry belongs to another database: a statement that resets statistics. */
  foreign: boolean
  role: string
  /** Null if the last snapshot did not see it. */
  statement_id: number | null
  /** Microseconds since 1970, as text; null before extension 1.11. */
  stats_since: string | null
  same_entry: boolean | null
  /** Counters in the order of `counterNames`, then deviation, minimum and maximum. */
  now: number[] | null
  before: number[] | null
}

const values = [...counterNames.map(columnOf), 'stddev_ms', 'min_ms', 'max_ms']
const valuesOf = (alias: string) =>
  sql`array[${sql.join(values.map((name) => sql.id(alias, name)))}]`

/**
 * Reads the numbers of all entries once and sends those that changed, were added or are gone. The
 * comparison happens in the server, so that the cost of sending and reading goes with the changes.
 *
 * An entry changes by being planned or executed only, so two counts tell; the total time and
 * stats_since tell of those that were dropped and have counted up to the same again.
 */
export async function readChangedEntries(
  trx: Trx,
  options: {
    schema: string
    extensionVersion: string
    databaseId: number
    /** Statements that reset statistics: their entries of other databases are sent as well. */
    resetQueryids: readonly string[]
  },
): Promise<ChangedEntry[]> {
  const { databaseId } = options
  const resets = sql`${options.resetQueryids}::bigint[]`
  const result = await sql<ChangedEntry>`
    with /* supascope */ entry as (
      select ${statementColumns(options.extensionVersion)}
      from ${statementsFunction(options.schema, false)} s
      where s.dbid = ${databaseId}::oid or s.queryid = any(${resets})
    ), seen as (
      select ${databaseId}::oid as dbid, t.* from supascope.statement_state t
    )
    select coalesce(entry.userid, seen.userid) as userid,
      coalesce(entry.queryid, seen.queryid)::text as queryid,
      coalesce(entry.toplevel, seen.toplevel) as toplevel,
      entry.dbid is not null and entry.dbid <> ${databaseId}::oid as foreign,
      coalesce(r.rolname, 'dropped role ' || entry.userid) as role,
      seen.statement_id,
      (extract(epoch from entry.stats_since) * 1000000)::bigint::text as stats_since,
      entry.stats_since = seen.stats_since as same_entry,
      case when entry.dbid is not null then ${valuesOf('entry')} end as now,
      case when seen.dbid is not null then ${valuesOf('seen')} end as before
    from entry
    full join seen on seen.queryid = entry.queryid and seen.userid = entry.userid
      and seen.toplevel = entry.toplevel and seen.dbid = entry.dbid
    left join pg_roles r on r.oid = entry.userid
    where entry.dbid is null or seen.dbid is null
      or entry.calls <> seen.calls or entry.plans <> seen.plans
      or entry.total_ms <> seen.total_ms
      or entry.stats_since <> seen.stats_since`.execute(trx)
  return result.rows
}
