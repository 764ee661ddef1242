import type { PlantedCase } from '../../planted-case.ts'

const table = 'public.unvalidated_constraint_t'

export const unvalidatedConstraint: PlantedCase = {
  rule: 'unvalidated_constraint',
  plant: `
    create table public.unvalidated_constraint_parent (id int primary key);
    create table ${table} (id int, other int);
    alter table ${table} add constraint bad_key foreign key (id)
      references public.unvalidated_constraint_parent not valid;
    alter table ${table} add constraint bad_check check (id > 0) not valid;
    alter table ${table} add constraint second_step check (other > 0) not valid;
    alter table ${table} validate constraint second_step`,
  defects: [`${table}.bad_key`, `${table}.bad_check`],
  decoys: [`${table}.second_step`],
}

/** Not validated either, and meant so. */
export const notEnforcedConstraint: PlantedCase = {
  rule: 'unvalidated_constraint',
  versions: [18],
  plant: `create table public.unvalidated_constraint_loose (
    id int constraint loose check (id > 0) not enforced)`,
  defects: [],
  decoys: ['public.unvalidated_constraint_loose.loose'],
}
