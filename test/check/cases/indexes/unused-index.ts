import pg from 'pg'
import type { PlantedCase } from '../../planted-case.ts'

export const unusedIndex: PlantedCase = {
  rule: 'unused_index',
  async plant({ client, database }) {
    await client.query(plant)
    await client.query('select pg_stat_force_next_flush()')
    // Only an earlier run of the check tells that an index is young.
    const admin = new pg.Client({ connectionString: database.adminUrl })
    await admin.connect()
    await admin.query(
      "insert into supascope.check_runs (source, rules, skipped, open, found, resolved) values ('cli', 1, 0, 0, 0, 0)",
    )
    await admin.end()
    await client.query(
      'create index unused_index_young on public.unused_index_t (e, a) with (fillfactor = 10)',
    )
    return undefined
  },
  defects: [
    'public.unused_index_t.unused_index_idle',
    'public.unused_index_parts.unused_index_whole',
    // It stays where another one goes, but nobody reads either.
    'public.unused_index_t.unused_index_long_idle',
  ],
  decoys: [
    'public.unused_index_t.unused_index_t_pkey',
    'public.unused_index_t.unused_index_t_u_key',
    'public.unused_index_t.unused_index_unique',
    'public.unused_index_t.unused_index_identity',
    'public.unused_index_t.unused_index_excluded',
    // Others want it, made for a foreign key, dropped at once.
    'public.unused_index_t.unused_index_key',
    'public.unused_index_t.unused_index_small',
    'public.unused_index_t.unused_index_read',
    // Those who read the short one will read this one when that is dropped.
    'public.unused_index_t.unused_index_long',
    'public.unused_index_t.unused_index_young',
    'public.unused_index_parts_1.unused_index_parts_1_b_idx',
  ],
}

const plant = `
  create table public.unused_index_parent (id int primary key);
  create table public.unused_index_t (
    a int primary key, u int unique, x int not null,
    k int references public.unused_index_parent, b int, c int, d int, e int, f int, g int,
    constraint unused_index_excluded exclude using btree (e with =) with (fillfactor = 10));
  create unique index unused_index_unique on public.unused_index_t (b) with (fillfactor = 10);
  create unique index unused_index_identity on public.unused_index_t (x) with (fillfactor = 10);
  alter table public.unused_index_t replica identity using index unused_index_identity;
  create index unused_index_key on public.unused_index_t (k) with (fillfactor = 10);
  create index unused_index_idle on public.unused_index_t (c) with (fillfactor = 10);
  create index unused_index_small on public.unused_index_t (c, b) where a < 10;
  create index unused_index_read on public.unused_index_t (d) with (fillfactor = 10);
  create index unused_index_short on public.unused_index_t (f) with (fillfactor = 10);
  create index unused_index_short_idle on public.unused_index_t (g) with (fillfactor = 10);
  insert into public.unused_index_t
    select i, i, i, null, i, i, i, i, i, i from generate_series(1, 6000) i;
  set enable_seqscan = off;
  select a from public.unused_index_t where d = 7;
  select a from public.unused_index_t where f = 7;
  reset enable_seqscan;
  create index unused_index_long on public.unused_index_t (f, a) with (fillfactor = 10);
  create index unused_index_long_idle on public.unused_index_t (g, a) with (fillfactor = 10);
  create table public.unused_index_parts (a int, b int) partition by list (a);
  create table public.unused_index_parts_1 partition of public.unused_index_parts for values in (1);
  create table public.unused_index_parts_2 partition of public.unused_index_parts for values in (2);
  insert into public.unused_index_parts select i % 2 + 1, i from generate_series(1, 6000) i;
  create index unused_index_whole on public.unused_index_parts (b) with (fillfactor = 10);
  analyze public.unused_index_t`
