import type { PlantedCase } from '../../planted-case.ts'

const table = 'public.duplicate_foreign_key_t'

export const duplicateForeignKey: PlantedCase = {
  rule: 'duplicate_foreign_key',
  plant: `
    create table public.duplicate_foreign_key_tenant (id int primary key);
    create table public.duplicate_foreign_key_parent (
      tenant int, id int unique, code int unique, primary key (tenant, id));
    create table ${table} (tenant int, parent int, other int);
    alter table ${table} add constraint whole foreign key (tenant, parent)
      references public.duplicate_foreign_key_parent (tenant, id);
    -- The same pairs, written the other way round.
    alter table ${table} add constraint again foreign key (parent, tenant)
      references public.duplicate_foreign_key_parent (id, tenant) on delete cascade;
    alter table ${table} add constraint part foreign key (parent)
      references public.duplicate_foreign_key_parent (id);
    -- A column in common, but it says something else.
    alter table ${table} add constraint tenancy foreign key (tenant)
      references public.duplicate_foreign_key_tenant;
    -- To the same table from another column.
    alter table ${table} add constraint second_parent foreign key (other)
      references public.duplicate_foreign_key_parent (id);
    -- The same column, but to another one.
    alter table ${table} add constraint by_code foreign key (other)
      references public.duplicate_foreign_key_parent (code)`,
  defects: [`${table}.again`, `${table}.part`],
  decoys: [`${table}.whole`, `${table}.tenancy`, `${table}.second_parent`, `${table}.by_code`],
}
