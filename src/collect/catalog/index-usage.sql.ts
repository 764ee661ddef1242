import { sql } from 'kysely'
import type { IndexUsage } from '../../facts/index.ts'
import { isoTime, type Probe } from './probe.ts'

/** Activity counters of all indexes outside the system's schemas. */
export const readIndexUsage: Probe<'indexUsage'> = async (trx, { server }) => {
  // last_idx_scan came with PostgreSQL 16.
  const lastScan = server.versionNum >= 160_000 ? isoTime('last_idx_scan') : sql`null::text`
  const { rows } = await sql<IndexUsage>`
    select /* supascope */ indexrelid::int8::float8 as oid, idx_scan::float8 as scans,
      idx_tup_read::float8 as "rowsRead", idx_tup_fetch::float8 as "rowsFetched",
      ${lastScan} as "lastScanAt"
    from pg_stat_user_indexes
    order by indexrelid`.execute(trx)
  return rows
}
