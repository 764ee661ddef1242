import type { PlantedCase } from '../../planted-case.ts'
import { flushCounters } from './keep-autovacuum-out.ts'

export const partitionedSequentialScans: PlantedCase = {
  rule: 'partitioned_sequential_scans',
  async plant({ client }) {
    await client.query(`
      create table public.partitioned_sequential_scans_t (id int, word text) partition by range (id);
      create table public.partitioned_sequential_scans_t1
        partition of public.partitioned_sequential_scans_t for values from (0) to (20000);
      create table public.partitioned_sequential_scans_t2
        partition of public.partitioned_sequential_scans_t for values from (20000) to (40000);
      insert into public.partitioned_sequential_scans_t select n, 'x' from generate_series(0, 39999, 2) n;
      create table public.partitioned_sequential_scans_pruned (id int, word text, primary key (id))
        partition by range (id);
      create table public.partitioned_sequential_scans_pruned1
        partition of public.partitioned_sequential_scans_pruned for values from (0) to (20000);
      insert into public.partitioned_sequential_scans_pruned select n, 'x' from generate_series(0, 19999) n`)
    await client.query(flushCounters)
    await client.query(`analyze public.partitioned_sequential_scans_t,
      public.partitioned_sequential_scans_pruned`)
    await client.query(`do $$
      begin
        for n in 1..120 loop
          perform count(*) from public.partitioned_sequential_scans_t where word = 'y';
          perform count(*) from public.partitioned_sequential_scans_pruned where word = 'y';
        end loop;
        for n in 1..4000 loop
          perform word from public.partitioned_sequential_scans_pruned where id = n;
        end loop;
      end $$`)
    await client.query(flushCounters)
    return undefined
  },
  defects: ['public.partitioned_sequential_scans_t'],
  decoys: ['public.partitioned_sequential_scans_pruned', 'public.partitioned_sequential_scans_t1'],
}
