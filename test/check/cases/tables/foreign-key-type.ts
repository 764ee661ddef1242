import type { PlantedCase } from '../../planted-case.ts'

export const foreignKeyType: PlantedCase = {
  rule: 'foreign_key_type',
  plant: `
    create table public.foreign_key_type_parent (
      big bigint primary key, exact numeric unique, word text unique, id int unique);
    create domain public.foreign_key_type_id as int;
    create table public.foreign_key_type_t (
      narrow int constraint narrow references public.foreign_key_type_parent (big),
      converted bigint constraint converted references public.foreign_key_type_parent (exact),
      wide bigint constraint wide references public.foreign_key_type_parent (id),
      -- The same operators, the same indexes.
      varying varchar(40) constraint varying references public.foreign_key_type_parent (word),
      of_domain public.foreign_key_type_id constraint of_domain
        references public.foreign_key_type_parent (id),
      same bigint constraint same references public.foreign_key_type_parent (big))`,
  defects: ['narrow', 'converted', 'wide'].map((name) => `public.foreign_key_type_t.${name}`),
  decoys: ['varying', 'of_domain', 'same'].map((name) => `public.foreign_key_type_t.${name}`),
}
