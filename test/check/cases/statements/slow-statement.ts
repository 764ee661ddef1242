import type { PlantedCase } from '../../planted-case.ts'
import { repeat } from './repeat.ts'

export const slowStatement: PlantedCase = {
  rule: 'slow_statement',
  async plant({ client }) {
    await client.query(`
      create table public.slow_statement_bad as select 0.03 as s;
      create table public.slow_statement_once as select 0.03 as s;
      create table public.slow_statement_quick as select 0 as s`)
    await repeat(client, 'select pg_sleep(s) from slow_statement_bad', 32)
    // Its maximum is high for ever after; that is no reason to call it slow.
    await repeat(client, 'select pg_sleep(s) from slow_statement_once', 1)
    return repeat(client, 'select pg_sleep(s) from slow_statement_quick', 40)
  },
  defects: ['select slow_statement_bad'],
  decoys: ['select slow_statement_once', 'select slow_statement_quick'],
}
