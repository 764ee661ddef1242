import type { PlantedCase } from '../../planted-case.ts'

export const invalidIndex: PlantedCase = {
  rule: 'invalid_index',
  async plant({ client }) {
    await client.query(`
      create table public.invalid_index_t (a int, b int);
      insert into public.invalid_index_t values (1, 1), (1, 2);
      create index invalid_index_fine on public.invalid_index_t (a);
      -- Stays invalid until each partition has its own: a step of the recipe, no fault.
      create table public.invalid_index_p (a int) partition by list (a);
      create table public.invalid_index_p1 partition of public.invalid_index_p for values in (1);
      create index invalid_index_parent on only public.invalid_index_p (a)`)
    await client
      .query('create unique index concurrently invalid_index_bad on public.invalid_index_t (a)')
      .catch((error) => {
        if (error.code !== '23505') throw error
      })
    return undefined
  },
  defects: ['public.invalid_index_t.invalid_index_bad'],
  decoys: [
    'public.invalid_index_t.invalid_index_fine',
    'public.invalid_index_p.invalid_index_parent',
  ],
}
