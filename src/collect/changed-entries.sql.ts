import { sql } from 'kysely'
import { counterNames } from '../analyze/index.ts'
import type { Trx } from '../db/index.ts'
import { columnOf, counterExpression, statementsFunction, statsSince } from './statement-columns.ts'

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
  const { databaseId, extensionVersion: version } = options
  const since = statsSince(version)
  const now = [
    ...counterNames.map((name) => counterExpression(version, name)),
    sql`s.stddev_exec_time, s.min_exec_time, s.max_exec_time`,
  ]
  const before = [...counterNames.map(columnOf), 'stddev_ms', 'min_ms', 'max_ms']
  const result = await sql<ChangedEntry>`
    select /* supascope */ coalesce(s.userid, t.userid) as userid,
      coalesce(s.queryid, t.queryid)::text as queryid,
      coalesce(s.toplevel, t.toplevel) as toplevel,
      s.dbid is not null and s.dbid <> ${databaseId}::oid as foreign,
      coalesce(r.rolname, 'dropped role ' || s.userid) as role,
      t.statement_id,
      (extract(epoch from ${since}) * 1000000)::bigint::text as stats_since,
      ${since} = t.stats_since as same_entry,
      case when s.dbid is not null then array[${sql.join(now)}] end as now,
      case when t.dbid is not null
        then array[${sql.join(before.map((name) => sql.id('t', name)))}] end as before
    from (
      select * from ${statementsFunction(options.schema, false)}
      where dbid = ${databaseId}::oid or queryid = any(${options.resetQueryids}::bigint[])
    ) s
    full join (select ${databaseId}::oid as dbid, * from supascope.statement_state) t
      on t.queryid = s.queryid and t.userid = s.userid and t.toplevel = s.toplevel
        and t.dbid = s.dbid
    left join pg_roles r on r.oid = s.userid
    where s.dbid is null or t.dbid is null
      or s.calls <> t.calls or s.plans <> t.plans or s.total_exec_time <> t.total_ms
      or ${since} <> t.stats_since`.execute(trx)
  return result.rows
}
