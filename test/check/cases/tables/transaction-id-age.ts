import pg from 'pg'
import type { PlantedCase } from '../../planted-case.ts'
import { keepAutovacuumOut } from './keep-autovacuum-out.ts'

const tables = ['bad', 'young'].map((name) => `public.transaction_id_age_${name}`)

export const transactionIdAge: PlantedCase = {
  rule: 'transaction_id_age',
  async plant(planting) {
    for (const table of tables) await planting.client.query(`create table ${table} (id int)`)
    // Workers come against exhaustion even where they are switched off.
    const release = await keepAutovacuumOut(planting, tables)
    const admin = new pg.Client({ connectionString: planting.database.adminUrl })
    await admin.connect()
    for (const [place, age] of [1.2e9, 0.8e9].entries()) {
      // Ids are counted modulo 2^32.
      await admin.query(
        `update pg_class set relfrozenxid =
          ((pg_current_xact_id()::text::int8 - ${age} + 4294967296) % 4294967296)::text::xid
        where oid = '${tables[place]}'::regclass`,
      )
    }
    await admin.end()
    return release
  },
  defects: tables.slice(0, 1),
  decoys: tables.slice(1),
}
