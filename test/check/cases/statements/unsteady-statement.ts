import type { PlantedCase } from '../../planted-case.ts'
import { repeat } from './repeat.ts'

export const unsteadyStatement: PlantedCase = {
  rule: 'unsteady_statement',
  async plant({ client }) {
    await client.query(`
      create table public.unsteady_statement_bad as select * from (values (1, 0), (2, 0.12)) v (id, s);
      create table public.unsteady_statement_outlier as select * from (values (1, 0), (2, 0.2)) v (id, s);
      create table public.unsteady_statement_even as select * from (values (1, 0.01), (2, 0.02)) v (id, s)`)
    for (const [table, quick, slow] of [
      ['unsteady_statement_bad', 150, 6],
      // One outlier is no pattern, however far out it lies.
      ['unsteady_statement_outlier', 60, 1],
      ['unsteady_statement_even', 10, 20],
    ] as const) {
      await repeat(client, `select pg_sleep(s) from ${table} where id = 1`, quick)
      await repeat(client, `select pg_sleep(s) from ${table} where id = 2`, slow)
    }
    return undefined
  },
  defects: ['select unsteady_statement_bad'],
  decoys: ['select unsteady_statement_outlier', 'select unsteady_statement_even'],
}
