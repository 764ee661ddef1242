import type { PlantedCase } from '../../planted-case.ts'
import { flushCounters, keepAutovacuumOut } from './keep-autovacuum-out.ts'

const prefix = 'public.vacuum_overdue'
const deleted = ['dead', 'patient'].map((name) => `${prefix}_${name}`)
const inserted = ['inserted', 'uninteresting'].map((name) => `${prefix}_${name}`)

export const vacuumOverdue: PlantedCase = {
  rule: 'vacuum_overdue',
  async plant(planting) {
    const { client } = planting
    await client.query(`
      create table ${prefix}_dead (id int);
      create table ${prefix}_patient (id int) with (autovacuum_vacuum_scale_factor = 0.6);
      -- No dead row is in them: what counts dead rows only takes both for fine.
      create table ${prefix}_inserted (id int);
      create table ${prefix}_uninteresting (id int) with (autovacuum_vacuum_insert_threshold = -1)`)
    for (const table of deleted) {
      await client.query(`insert into ${table} select generate_series(1, 30000)`)
    }
    for (const table of inserted) {
      await client.query(`insert into ${table} select generate_series(1, 1000)`)
    }
    await client.query(flushCounters)
    await client.query(`vacuum (analyze) ${[...deleted, ...inserted].join(', ')}`)
    const release = await keepAutovacuumOut(planting, [...deleted, ...inserted])
    for (const table of deleted) await client.query(`delete from ${table} where id % 2 = 0`)
    for (const table of inserted) {
      await client.query(`insert into ${table} select generate_series(1, 120000)`)
    }
    await client.query(flushCounters)
    return release
  },
  defects: [`${prefix}_dead`, `${prefix}_inserted`],
  decoys: [`${prefix}_patient`, `${prefix}_uninteresting`],
}

/** PostgreSQL 18 comes at a maximum, however large the table. */
export const vacuumOverdueAtMaximum: PlantedCase = {
  rule: 'vacuum_overdue',
  versions: [18],
  async plant(planting) {
    const { client } = planting
    const table = `${prefix}_capped`
    await client.query(`create table ${table} (id int) with
      (autovacuum_vacuum_scale_factor = 0.6, autovacuum_vacuum_max_threshold = 4000)`)
    await client.query(`insert into ${table} select generate_series(1, 30000)`)
    await client.query(flushCounters)
    await client.query(`vacuum (analyze) ${table}`)
    const release = await keepAutovacuumOut(planting, [table])
    await client.query(`delete from ${table} where id % 2 = 0`)
    await client.query(flushCounters)
    return release
  },
  defects: [`${prefix}_capped`],
  decoys: [],
}
