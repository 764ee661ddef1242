import type { PlantedCase } from '../../planted-case.ts'

export const columnTypes: PlantedCase = {
  rule: 'column_types',
  plant: `
    -- Three columns, one finding.
    create table public.column_types_bad (
      id varchar(36) primary key, body json, seen_at timestamp, made_at timestamp default now());
    create table public.column_types_p (id int, at timestamp) partition by range (id);
    create table public.column_types_p1 partition of public.column_types_p for values from (0) to (9);
    create table public.column_types_fine (
      slug text primary key, body jsonb, at timestamptz, on_day date, opens time, hash varchar(36));
    create table public.column_types_code (code varchar(2) primary key);
    create table public.column_types_uuid (id uuid primary key)`,
  defects: ['public.column_types_bad', 'public.column_types_p'],
  decoys: ['p1', 'fine', 'code', 'uuid'].map((name) => `public.column_types_${name}`),
}
