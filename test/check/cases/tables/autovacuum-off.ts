import type { PlantedCase } from '../../planted-case.ts'

export const autovacuumOff: PlantedCase = {
  rule: 'autovacuum_off',
  plant: `
    create table public.autovacuum_off_bad (id int) with (autovacuum_enabled = off);
    create table public.autovacuum_off_bad_too (id int) with (autovacuum_enabled = 0);
    create table public.autovacuum_off_on (id int) with (autovacuum_enabled = on);
    create table public.autovacuum_off_toast (id int, word text) with (toast.autovacuum_enabled = off);
    create table public.autovacuum_off_gentle (id int) with (autovacuum_vacuum_cost_delay = 20)`,
  defects: ['public.autovacuum_off_bad', 'public.autovacuum_off_bad_too'],
  decoys: [
    'public.autovacuum_off_on',
    'public.autovacuum_off_toast',
    'public.autovacuum_off_gentle',
    'autovacuum',
  ],
}
