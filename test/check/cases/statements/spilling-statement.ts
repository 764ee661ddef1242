import type { PlantedCase } from '../../planted-case.ts'
import { repeat } from './repeat.ts'

export const spillingStatement: PlantedCase = {
  rule: 'spilling_statement',
  async plant({ client }) {
    await client.query(`
      create table public.spilling_statement_bad as
        select md5(i::text) as body from generate_series(1, 6000) i;
      create table public.spilling_statement_small as
        select md5(i::text) as body from generate_series(1, 50) i;
      create table public.spilling_statement_rare as select * from public.spilling_statement_bad;
      set work_mem = '64kB'`)
    const sorted = (table: string): string =>
      `select count(*) from (select body from ${table} order by body offset 0) s`
    await repeat(client, sorted('spilling_statement_bad'), 40)
    await repeat(client, sorted('spilling_statement_small'), 40)
    // Once is no habit: it takes neither much time nor much disk.
    await repeat(client, sorted('spilling_statement_rare'), 1)
    await client.query('reset work_mem')
    return undefined
  },
  defects: ['select spilling_statement_bad'],
  decoys: ['select spilling_statement_small', 'select spilling_statement_rare'],
}
