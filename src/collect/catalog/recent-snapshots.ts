import { sql } from 'kysely'
import type { Capabilities, Trx } from '../../db/index.ts'

/** Whether this role may read the stored snapshots; false where there are none. */
export async function maySeeSnapshots(trx: Trx, { schema }: Capabilities): Promise<boolean> {
  if (schema?.objects.has('snapshots') !== true) return false
  // Not by name: a role that may not use the schema is refused the lookup itself.
  const { rows } = await sql<{ allowed: boolean }>`
    select /* supascope */ has_schema_privilege(n.oid, 'usage')
      and has_table_privilege(c.oid, 'select') as allowed
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'supascope' and c.relname = 'snapshots'`.execute(trx)
  return rows[0]?.allowed === true
}
