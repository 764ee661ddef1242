import assert from 'node:assert/strict'
import type pg from 'pg'
import type { PlantedCase } from '../../planted-case.ts'

export const policyRecursion: PlantedCase = {
  rule: 'policy_recursion',
  async plant({ client }) {
    await client.query(`
      create table public.recursion_self (org_id int, user_id uuid);
      create table public.recursion_a (id int);
      create table public.recursion_b (id int);
      create table public.recursion_write (id int, user_id uuid);
      create table public.recursion_fine (id int, user_id uuid);
      create table public.recursion_c (id int);
      create table public.recursion_d (id int);
      alter table public.recursion_self enable row level security;
      alter table public.recursion_a enable row level security;
      alter table public.recursion_b enable row level security;
      alter table public.recursion_write enable row level security;
      alter table public.recursion_fine enable row level security;
      alter table public.recursion_c enable row level security;
      alter table public.recursion_d enable row level security;
      create policy self on public.recursion_self for select to authenticated using (org_id in (
        select s.org_id from public.recursion_self s where s.user_id = (select auth.uid())));
      create policy there on public.recursion_a for select using (id in (select b.id from public.recursion_b b));
      create policy back on public.recursion_b for select using (id in (select a.id from public.recursion_a a));
      -- The condition for reading has a sub-select too: enough for the server to give up.
      create policy "read" on public.recursion_write for select to authenticated
        using (user_id = (select auth.uid()));
      create policy once on public.recursion_write for insert to authenticated
        with check (not exists (select from public.recursion_write w where w.id = recursion_write.id));

      create policy "read" on public.recursion_fine for select to authenticated using (user_id = auth.uid());
      create policy once on public.recursion_fine for insert to authenticated
        with check (not exists (select from public.recursion_fine w where w.id = recursion_fine.id));
      -- Nobody has both roles.
      create policy there on public.recursion_c for select to authenticated
        using (id in (select d.id from public.recursion_d d));
      create policy back on public.recursion_d for select to anon using (id in (select c.id from public.recursion_c c))`)
    for (const [table, fails] of [
      ['recursion_self', true],
      ['recursion_a', true],
      ['recursion_write', true],
      ['recursion_fine', false],
      ['recursion_c', false],
      ['recursion_d', false],
    ] as const) {
      assert.equal(await recurses(client, table), fails, table)
    }
    return undefined
  },
  defects: [
    'public.recursion_self.self',
    'public.recursion_a.there',
    'public.recursion_write.once',
  ],
  decoys: [
    'public.recursion_b.back',
    'public.recursion_fine.once',
    'public.recursion_c.there',
    'public.recursion_d.back',
  ],
}

/** What the server itself says of a table. */
async function recurses(client: pg.Client, table: string): Promise<boolean> {
  await client.query('begin')
  try {
    await client.query('set local role authenticated')
    await client.query(`select from public.${table}`)
    await client.query(`insert into public.${table} default values`)
    return false
  } catch (error) {
    return (error as { code?: string }).code === '42P17'
  } finally {
    await client.query('rollback')
  }
}
