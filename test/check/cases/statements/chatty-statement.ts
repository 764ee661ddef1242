import type { PlantedCase } from '../../planted-case.ts'
import { repeat } from './repeat.ts'

export const chattyStatement: PlantedCase = {
  rule: 'chatty_statement',
  async plant({ client }) {
    for (const table of ['bad', 'rare', 'lists']) {
      await client.query(`create table public.chatty_statement_${table} as
        select i as id, i % 10 as parent, 'x' as body from generate_series(1, 100) i`)
    }
    await repeat(client, 'select body from chatty_statement_bad where id = 7', 2000)
    await repeat(client, 'select body from chatty_statement_rare where id = 7', 100)
    // As many calls, but each answers for ten rows: nothing to gather there.
    return repeat(client, 'select body from chatty_statement_lists where parent = 7', 2000)
  },
  defects: ['select chatty_statement_bad'],
  decoys: ['select chatty_statement_rare', 'select chatty_statement_lists'],
}
