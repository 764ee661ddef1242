import type { PlantedCase } from '../../planted-case.ts'
import { inSteps } from './in-steps.ts'

export const bloatedIndex: PlantedCase = {
  rule: 'bloated_index',
  plant: inSteps(
    `
    create table public.bloated_index_t (a int, b int, c int);
    insert into public.bloated_index_t select i, i, i from generate_series(1, 600000) i;
    -- Empty room that nobody asks for (any more).
    create index bloated_index_bad on public.bloated_index_t (a) with (fillfactor = 10);
    alter index public.bloated_index_bad set (fillfactor = 90);
    create index bloated_index_fine on public.bloated_index_t (c, b);
    create index bloated_index_meant on public.bloated_index_t (b) with (fillfactor = 10)`,
    `analyze public.bloated_index_t`,
  ),
  defects: ['public.bloated_index_t.bloated_index_bad'],
  decoys: [
    'public.bloated_index_t.bloated_index_fine',
    // As large, but asked for.
    'public.bloated_index_t.bloated_index_meant',
  ],
}
