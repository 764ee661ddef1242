import { sql } from 'kysely'
import type { IndexUsage } from '../../facts/index.ts'
import { isoTime, type Probe } from './probe.ts'

/** Activity counters of all indexes outside the system's schemas. */
export const readIndexUsage: Probe<'indexUsage'> = async (trx, { server, schema, migrations }) => {
  // last_idx_scan came with PostgreSQL 16.
  const lastScan = server.versionNum >= 160_000 ? isoTime('last_idx_scan') : sql`null::text`
  // The server keeps no birthday of an index, but the transaction that wrote its row: the runs of
  // earlier checks tell which transactions were a week ago.
  const readable = migrations !== null && schema?.objects.has('check_runs') === true
  const weekAgo = readable
    ? sql`(select max(age(xmin)) from supascope.check_runs
        where ran_at > now() - interval '7 days' and ran_at <= now())`
    : sql`null::int`
  const { rows } = await sql<IndexUsage>`
    select /* supascope */ s.indexrelid::int8::float8 as oid, idx_scan::float8 as scans,
      idx_tup_read::float8 as "rowsRead", idx_tup_fetch::float8 as "rowsFetched",
      ${lastScan} as "lastScanAt", coalesce(age(i.xmin) < ${weekAgo}, false) as young
    from pg_stat_user_indexes s
    join pg_index i on i.indexrelid = s.indexrelid
    order by s.indexrelid`.execute(trx)
  return rows
}
