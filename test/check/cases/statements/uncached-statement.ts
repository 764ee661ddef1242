import type { PlantedCase } from '../../planted-case.ts'
import { repeat } from './repeat.ts'

export const uncachedStatement: PlantedCase = {
  rule: 'uncached_statement',
  async plant({ client }) {
    // A table of more than a quarter of shared_buffers is read through a small ring of buffers, and
    // so anew each time.
    await client.query(`
      create table public.uncached_statement_bad as
        select repeat('x', 1000) as body from generate_series(1, 40000) i;
      create table public.uncached_statement_few as select * from generate_series(1, 100) i;
      create table public.uncached_statement_kept as select * from generate_series(1, 50000) i`)
    await repeat(client, 'select count(*) from uncached_statement_bad', 8)
    await repeat(client, 'select count(*) from uncached_statement_few', 40)
    return repeat(client, 'select count(*) from uncached_statement_kept', 40)
  },
  defects: ['select uncached_statement_bad'],
  decoys: ['select uncached_statement_few', 'select uncached_statement_kept'],
}
