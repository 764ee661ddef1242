import type { PlantedCase } from '../../planted-case.ts'
import { repeat } from './repeat.ts'

export const unlimitedStatement: PlantedCase = {
  rule: 'unlimited_statement',
  async plant({ client }) {
    for (const table of ['bad', 'paged', 'fetched', 'counted', 'copied']) {
      await client.query(`create table public.unlimited_statement_${table} as
        select i as id, repeat('x', 100) as body from generate_series(1, 1500) i`)
    }
    await repeat(client, 'select * from unlimited_statement_bad', 50)
    await repeat(client, 'select * from unlimited_statement_paged limit 1200', 50)
    await repeat(
      client,
      'select * from unlimited_statement_fetched order by id fetch first 1200 rows only',
      50,
    )
    await repeat(client, 'select count(*) from unlimited_statement_counted', 50)
    // Rows that it writes are no rows that it sends.
    return repeat(
      client,
      'insert into unlimited_statement_copied select * from unlimited_statement_bad',
      4,
    )
  },
  defects: ['select unlimited_statement_bad'],
  decoys: [
    'select unlimited_statement_paged',
    'select unlimited_statement_fetched',
    'select unlimited_statement_counted',
    'insert unlimited_statement_copied join unlimited_statement_bad',
  ],
}
