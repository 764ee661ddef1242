import type { PlantedCase } from '../../planted-case.ts'
import { flushCounters, keepAutovacuumOut } from './keep-autovacuum-out.ts'

const tables = ['bad', 'churned', 'small'].map((name) => `public.dead_rows_${name}`)

export const deadRows: PlantedCase = {
  rule: 'dead_rows',
  async plant(planting) {
    const { client } = planting
    // Not due by their own parameters: dead they are all the same.
    for (const table of tables) {
      const rows = table.endsWith('small') ? 5_000 : 20_000
      await client.query(`create table ${table} (id int) with (autovacuum_vacuum_scale_factor = 1)`)
      await client.query(`insert into ${table} select generate_series(1, ${rows})`)
    }
    await client.query(flushCounters)
    await client.query(`vacuum (analyze) ${tables.join(', ')}`)
    const release = await keepAutovacuumOut(planting, tables)
    await client.query(`delete from ${tables[0]} where id % 4 = 0`)
    await client.query(`delete from ${tables[1]} where id % 10 = 0`)
    await client.query(`delete from ${tables[2]} where id % 2 = 0`)
    await client.query(flushCounters)
    return release
  },
  defects: tables.slice(0, 1),
  decoys: tables.slice(1),
}
