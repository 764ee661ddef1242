import { sql } from 'kysely'
import type { Trx } from '../db/index.ts'

/** How full pg_stat_statements is, all databases of the server together. */
export interface StatisticsFill {
  entries: number
  /** Times it evicted since its reset. */
  evictions: number
}

/** Needs the extension in version 1.9 or later, loaded, in a schema that this role may use. */
export async function readStatisticsFill(trx: Trx, schema: string): Promise<StatisticsFill | null> {
  const allowed = await sql<{ allowed: boolean }>`
    select /* supascope */ has_schema_privilege(${schema}, 'usage') as allowed`.execute(trx)
  if (allowed.rows[0]?.allowed !== true) return null
  const { rows } = await sql<StatisticsFill>`
    select /* supascope */ dealloc::double precision as evictions,
      (select count(*)::int from ${sql.id(schema, 'pg_stat_statements')}(false)) as entries
    from ${sql.id(schema, 'pg_stat_statements_info')}`.execute(trx)
  return rows[0] ?? null
}
