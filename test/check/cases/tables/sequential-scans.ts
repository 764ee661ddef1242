import type { PlantedCase } from '../../planted-case.ts'
import { flushCounters } from './keep-autovacuum-out.ts'

export const sequentialScans: PlantedCase = {
  rule: 'sequential_scans',
  async plant({ client }) {
    await client.query(`
      -- Never read by an index: a guard that asks for one index scan at least hides it.
      create table public.sequential_scans_never_indexed as
        select n as id, 'x' as word from generate_series(1, 20000) n;
      create table public.sequential_scans_by_key (id int primary key, word text);
      insert into public.sequential_scans_by_key select n, 'x' from generate_series(1, 20000) n;
      -- Fewer than half of its accesses, and still one in ten.
      create table public.sequential_scans_often (id int primary key, word text);
      insert into public.sequential_scans_often select n, 'x' from generate_series(1, 20000) n;
      -- Read from its first page only.
      create table public.sequential_scans_first_row as
        select n as id from generate_series(1, 20000) n;
      create table public.sequential_scans_small as select n as id from generate_series(1, 500) n`)
    await client.query(flushCounters)
    await client.query(`
      analyze public.sequential_scans_never_indexed, public.sequential_scans_by_key,
        public.sequential_scans_often, public.sequential_scans_first_row,
        public.sequential_scans_small`)
    await client.query(`do $$
      begin
        for n in 1..120 loop
          perform count(*) from public.sequential_scans_never_indexed where word = 'y';
          perform count(*) from public.sequential_scans_by_key where word = 'y';
          perform count(*) from public.sequential_scans_often where word = 'y';
          perform id from public.sequential_scans_first_row limit 1;
          perform count(*) from public.sequential_scans_small where id = 0;
        end loop;
        for n in 1..4000 loop
          perform word from public.sequential_scans_by_key where id = n;
        end loop;
        for n in 1..1000 loop
          perform word from public.sequential_scans_often where id = n;
        end loop;
      end $$`)
    await client.query(flushCounters)
    return undefined
  },
  defects: ['public.sequential_scans_never_indexed', 'public.sequential_scans_often'],
  decoys: [
    'public.sequential_scans_by_key',
    'public.sequential_scans_first_row',
    'public.sequential_scans_small',
    // Parts of one table are judged together.
    'public.partitioned_sequential_scans_t1',
  ],
}
