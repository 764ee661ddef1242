import type { PlantedCase } from '../../planted-case.ts'
import { repeat } from './repeat.ts'

export const starvedStatement: PlantedCase = {
  rule: 'starved_statement',
  async plant({ client }) {
    for (const table of ['bad', 'once', 'serial']) {
      await client.query(`create table public.starved_statement_${table} as
        select i as id from generate_series(1, 20000) i`)
    }
    await client.query(`alter table public.starved_statement_serial set (parallel_workers = 0);
      set parallel_setup_cost = 0; set parallel_tuple_cost = 0;
      set min_parallel_table_scan_size = 0; set max_parallel_workers = 0`)
    await repeat(client, 'select count(*) from starved_statement_bad', 40)
    await repeat(client, 'select count(*) from starved_statement_once', 2)
    await repeat(client, 'select count(*) from starved_statement_serial', 40)
    await client.query(`reset parallel_setup_cost; reset parallel_tuple_cost;
      reset min_parallel_table_scan_size; reset max_parallel_workers`)
    return undefined
  },
  defects: ['select starved_statement_bad'],
  decoys: ['select starved_statement_once', 'select starved_statement_serial'],
  // Before 18 the workers are not counted.
  versions: [18],
}
