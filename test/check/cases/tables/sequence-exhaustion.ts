import type { PlantedCase } from '../../planted-case.ts'

export const sequenceExhaustion: PlantedCase = {
  rule: 'sequence_exhaustion',
  plant: `
    -- The sequence has room for ages, its column has not; it is not even owned by it.
    create sequence public.sequence_exhaustion_roomy;
    create table public.sequence_exhaustion_t (
      id int default nextval('public.sequence_exhaustion_roomy'),
      small smallint generated always as identity,
      big bigserial);
    select setval('public.sequence_exhaustion_roomy', 1900000000);
    select setval('public.sequence_exhaustion_t_small_seq', 27000);
    -- As far as that of int4, in a column of int8.
    select setval('public.sequence_exhaustion_t_big_seq', 2100000000);
    create sequence public.sequence_exhaustion_down as int increment -1 minvalue -100 maxvalue -1;
    select setval('public.sequence_exhaustion_down', -95);
    create sequence public.sequence_exhaustion_down_young as int increment -1 minvalue -100 maxvalue -1;
    select setval('public.sequence_exhaustion_down_young', -5);
    create sequence public.sequence_exhaustion_round as int maxvalue 10 cycle;
    select setval('public.sequence_exhaustion_round', 10);
    create sequence public.sequence_exhaustion_unused maxvalue 2`,
  defects: [
    'public.sequence_exhaustion_roomy',
    'public.sequence_exhaustion_t_small_seq',
    'public.sequence_exhaustion_down',
  ],
  decoys: [
    'public.sequence_exhaustion_t_big_seq',
    'public.sequence_exhaustion_down_young',
    'public.sequence_exhaustion_round',
    'public.sequence_exhaustion_unused',
  ],
}
