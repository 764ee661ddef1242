import type { PlantedCase } from '../../planted-case.ts'

export const alwaysTruePredicate: PlantedCase = {
  rule: 'always_true_predicate',
  plant: `
    create table public.always_true_t (id int primary key, a int not null, b int, "C d" int not null);
    create index always_true_other on public.always_true_t (b) where a is not null;
    create index always_true_key on public.always_true_t (a) where a is not null;
    create index always_true_half on public.always_true_t (b, a) where a is not null and b > 0;
    create index always_true_odd on public.always_true_t ("C d", b) where "C d" is not null;
    create index always_true_fine on public.always_true_t (b, id) where b is not null;
    create index always_true_or on public.always_true_t (b, id) where a is not null or b > 0;
    create index always_true_not on public.always_true_t (b, id) where b is null`,
  defects: [
    'public.always_true_t.always_true_other',
    'public.always_true_t.always_true_key',
    'public.always_true_t.always_true_half',
    'public.always_true_t.always_true_odd',
  ],
  decoys: [
    'public.always_true_t.always_true_fine',
    'public.always_true_t.always_true_or',
    'public.always_true_t.always_true_not',
  ],
}
