import { asAdmin } from '../../as-admin.ts'
import type { PlantedCase } from '../../planted-case.ts'

export const fkeyToAuthUnique: PlantedCase = {
  rule: 'fkey_to_auth_unique',
  plant: ({ database }) =>
    asAdmin(
      database,
      `alter table auth.users add constraint fkey_unique unique (phone);
      create table public.fkey_bad (id int, phone text,
        constraint by_phone foreign key (phone) references auth.users (phone));
      create table public.fkey_fine (id int, user_id uuid,
        constraint by_id foreign key (user_id) references auth.users (id));
      create table public.fkey_own (id int primary key, code text unique);
      create table public.fkey_other (id int, code text,
        constraint by_code foreign key (code) references public.fkey_own (code))`,
    ),
  defects: ['public.fkey_bad.by_phone'],
  decoys: ['public.fkey_fine.by_id', 'public.fkey_other.by_code'],
}
