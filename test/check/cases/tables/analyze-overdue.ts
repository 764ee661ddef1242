import type { PlantedCase } from '../../planted-case.ts'
import { flushCounters, keepAutovacuumOut } from './keep-autovacuum-out.ts'

const prefix = 'public.analyze_overdue'
const grown = ['grown', 'patient'].map((name) => `${prefix}_${name}`)

export const analyzeOverdue: PlantedCase = {
  rule: 'analyze_overdue',
  async plant(planting) {
    const { client } = planting
    await client.query(`
      create table ${prefix}_never (id int);
      create table ${prefix}_small (id int);
      -- No dead rows: what goes by those takes its statistics for fresh.
      create table ${prefix}_grown (id int);
      create table ${prefix}_patient (id int) with (autovacuum_analyze_scale_factor = 10);
      create table ${prefix}_fresh (id int);
      create table ${prefix}_p (id int) partition by range (id);
      create table ${prefix}_p1 partition of ${prefix}_p for values from (0) to (100000)`)
    for (const table of [...grown, `${prefix}_fresh`, `${prefix}_p`]) {
      await client.query(`insert into ${table} select generate_series(1, 12000)`)
    }
    await client.query(flushCounters)
    await client.query(`analyze ${[...grown, `${prefix}_fresh`, `${prefix}_p1`].join(', ')}`)
    const release = await keepAutovacuumOut(planting, [
      ...grown,
      `${prefix}_never`,
      `${prefix}_small`,
    ])
    for (const table of [...grown, `${prefix}_never`]) {
      await client.query(`insert into ${table} select generate_series(1, 20000)`)
    }
    await client.query(`insert into ${prefix}_small select generate_series(1, 100)`)
    await client.query(flushCounters)
    return release
  },
  // Autoanalyze visits partitions, and never the table that they are of.
  defects: [`${prefix}_never`, `${prefix}_grown`, `${prefix}_p`],
  decoys: [`${prefix}_small`, `${prefix}_patient`, `${prefix}_fresh`, `${prefix}_p1`],
}
