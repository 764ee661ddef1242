import type { PlantedCase } from '../../planted-case.ts'
import { flushCounters, keepAutovacuumOut } from './keep-autovacuum-out.ts'

const tables = ['bad', 'patient', 'off', 'few'].map((name) => `public.never_vacuumed_${name}`)

export const neverVacuumed: PlantedCase = {
  rule: 'never_vacuumed',
  async plant(planting) {
    const { client } = planting
    await client.query(`
      create table public.never_vacuumed_bad (id int);
      -- By its own parameters it is not due yet.
      create table public.never_vacuumed_patient (id int) with (autovacuum_vacuum_scale_factor = 5);
      -- That nobody comes is meant, and another finding.
      create table public.never_vacuumed_off (id int) with (autovacuum_enabled = false);
      create table public.never_vacuumed_few (id int)`)
    const release = await keepAutovacuumOut(planting, tables)
    for (const table of tables) {
      const rows = table.endsWith('few') ? 900 : 5_000
      await client.query(`insert into ${table} select generate_series(1, ${rows})`)
      await client.query(`delete from ${table} where id % 5 < 3`)
    }
    await client.query(flushCounters)
    return release
  },
  defects: ['public.never_vacuumed_bad'],
  decoys: tables.slice(1),
}
