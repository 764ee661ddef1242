import type { PlantedCase } from '../../planted-case.ts'
import { inSteps } from './in-steps.ts'

/** Enough rows that 49 in 50 of them, null, take more than the least that is worth a word. */
const rows = 180_000

export const partialIndexCandidate: PlantedCase = {
  rule: 'partial_index_candidate',
  plant: inSteps(
    `
    create table public.partial_index_candidate_t (a int, b int, c int, d int);
    insert into public.partial_index_candidate_t
      select case when i % 50 = 0 then i end, case when i % 50 > 0 then i end, i,
        case when i % 50 = 0 then i end
      from generate_series(1, ${rows}) i;
    -- A name that two tables share must not lend one the other's nulls.
    create table public.partial_index_candidate_u (a int);
    insert into public.partial_index_candidate_u select generate_series(1, ${rows});
    create index partial_index_candidate_nulls on public.partial_index_candidate_t (a);
    create index partial_index_candidate_few on public.partial_index_candidate_t (b);
    create index partial_index_candidate_done on public.partial_index_candidate_t (d) where d is not null;
    create index partial_index_candidate_other on public.partial_index_candidate_u (a);
    create table public.partial_index_candidate_small (a int);
    insert into public.partial_index_candidate_small select null from generate_series(1, 1000);
    create index partial_index_candidate_tiny on public.partial_index_candidate_small (a)`,
    `analyze public.partial_index_candidate_t, public.partial_index_candidate_u,
      public.partial_index_candidate_small`,
    `
    -- Full of nulls since: what the planner knows of it is out of date.
    create table public.partial_index_candidate_stale (a int) with (autovacuum_enabled = false);
    insert into public.partial_index_candidate_stale select i from generate_series(1, 1000) i`,
    `analyze public.partial_index_candidate_stale`,
    `
    insert into public.partial_index_candidate_stale select null from generate_series(1, ${rows});
    create index partial_index_candidate_unknown on public.partial_index_candidate_stale (a);
    set enable_seqscan = off;
    select from public.partial_index_candidate_t where a = 100;
    select from public.partial_index_candidate_t where b = 11;
    select from public.partial_index_candidate_u where a = 100;
    select from public.partial_index_candidate_stale where a = 10;
    reset enable_seqscan`,
  ),
  defects: ['public.partial_index_candidate_t.partial_index_candidate_nulls'],
  decoys: [
    'public.partial_index_candidate_t.partial_index_candidate_few',
    'public.partial_index_candidate_t.partial_index_candidate_done',
    'public.partial_index_candidate_u.partial_index_candidate_other',
    'public.partial_index_candidate_small.partial_index_candidate_tiny',
    'public.partial_index_candidate_stale.partial_index_candidate_unknown',
  ],
}

export const nullLedIndex: PlantedCase = {
  rule: 'null_led_index',
  plant: inSteps(
    `
    create table public.null_led_index_t (a int, b int, c int, d int);
    insert into public.null_led_index_t
      select case when i % 50 = 0 then i end, case when i % 50 > 0 then i end, i,
        case when i % 50 = 0 then i end
      from generate_series(1, ${rows}) i;
    create index null_led_index_nulls on public.null_led_index_t (a, c);
    -- Nullable, as others would have it, but hardly ever null.
    create index null_led_index_few on public.null_led_index_t (b, c);
    create index null_led_index_second on public.null_led_index_t (c, a);
    create unique index null_led_index_unique on public.null_led_index_t (d, c);
    create index null_led_index_done on public.null_led_index_t (d, b) where d is not null`,
    `analyze public.null_led_index_t`,
    `
    set enable_seqscan = off;
    select c from public.null_led_index_t where a = 100;
    select c from public.null_led_index_t where b = 11;
    select a from public.null_led_index_t where c = 11;
    reset enable_seqscan`,
  ),
  defects: ['public.null_led_index_t.null_led_index_nulls'],
  decoys: [
    'public.null_led_index_t.null_led_index_few',
    'public.null_led_index_t.null_led_index_second',
    'public.null_led_index_t.null_led_index_unique',
    'public.null_led_index_t.null_led_index_done',
  ],
}
