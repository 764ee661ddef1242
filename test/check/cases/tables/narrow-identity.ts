import type { PlantedCase } from '../../planted-case.ts'
import { flushCounters } from './keep-autovacuum-out.ts'

/** Counters are taken for a month old: two thousand rows a month, of thirty-two thousand. */
export const narrowIdentity: PlantedCase = {
  rule: 'narrow_identity',
  async plant({ client }) {
    for (const [name, type] of [
      ['bad', 'smallint'],
      ['int', 'int'],
      ['big', 'bigint'],
    ]) {
      await client.query(`create table public.narrow_identity_${name}
        (id ${type} generated always as identity, word text)`)
      await client.query(
        `insert into public.narrow_identity_${name} (word) select 'x' from generate_series(1, 2000)`,
      )
    }
    // As narrow, but nothing is inserted.
    await client.query('create table public.narrow_identity_still (id smallserial)')
    await client.query(flushCounters)
    return undefined
  },
  defects: ['public.narrow_identity_bad_id_seq'],
  decoys: [
    'public.narrow_identity_int_id_seq',
    'public.narrow_identity_big_id_seq',
    'public.narrow_identity_still_id_seq',
  ],
}
