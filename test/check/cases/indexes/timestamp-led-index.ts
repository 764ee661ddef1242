import type { PlantedCase } from '../../planted-case.ts'
import { inSteps } from './in-steps.ts'

export const timestampLedIndex: PlantedCase = {
  rule: 'timestamp_led_index',
  plant: inSteps(
    `
    create table public.timestamp_led_index_t (
      id int primary key, at timestamptz, owner int, room int, kind int, day timestamptz);
    insert into public.timestamp_led_index_t
      select i, timestamptz '2026-01-01 UTC' + i * interval '1 minute', i % 500, i % 300, i % 3,
        timestamptz '2026-01-01 UTC' + (i % 30) * interval '1 day'
      from generate_series(1, 100000) i;
    create index timestamp_led_index_owner on public.timestamp_led_index_t (at, owner);
    -- Others flag every timestamp that is not the last; all these are fine.
    create index timestamp_led_index_page on public.timestamp_led_index_t (at, id);
    create index timestamp_led_index_room on public.timestamp_led_index_t (at, room);
    create index timestamp_led_index_by_room on public.timestamp_led_index_t (room, at);
    create index timestamp_led_index_kind on public.timestamp_led_index_t (at, kind);
    create index timestamp_led_index_day on public.timestamp_led_index_t (day, owner)`,
    `analyze public.timestamp_led_index_t`,
    `
    do $do$
    begin
      -- Which of them the planner takes for a query is its own business: all have been read.
      set local enable_seqscan = off;
      set local enable_bitmapscan = off;
      perform at, owner from public.timestamp_led_index_t order by at, owner limit 1;
      perform at, room from public.timestamp_led_index_t order by at, room limit 1;
      perform at, kind from public.timestamp_led_index_t order by at, kind limit 1;
      perform day, owner from public.timestamp_led_index_t order by day, owner limit 1;
      perform room, at from public.timestamp_led_index_t order by room, at limit 1;
    end
    $do$`,
  ),
  defects: ['public.timestamp_led_index_t.timestamp_led_index_owner'],
  decoys: [
    'public.timestamp_led_index_t.timestamp_led_index_page',
    'public.timestamp_led_index_t.timestamp_led_index_room',
    'public.timestamp_led_index_t.timestamp_led_index_by_room',
    'public.timestamp_led_index_t.timestamp_led_index_kind',
    'public.timestamp_led_index_t.timestamp_led_index_day',
  ],
}
