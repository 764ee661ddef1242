import { sql } from 'kysely'
import type { DatabaseAge } from '../../facts/index.ts'
import type { Probe } from './probe.ts'

/** How old the oldest unfrozen row of each database is: the server stops at the oldest one. */
export const readDatabaseAges: Probe<'databaseAges'> = async (trx) => {
  const { rows } = await sql<DatabaseAge>`
    select /* supascope */ datname as name, datname = current_database() as current,
      age(datfrozenxid)::float8 as "xidAge", mxid_age(datminmxid)::float8 as "mxidAge"
    from pg_database
    order by datname`.execute(trx)
  return rows
}
