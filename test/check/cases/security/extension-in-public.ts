import type { PlantedCase } from '../../planted-case.ts'

export const extensionInPublic: PlantedCase = {
  rule: 'extension_in_public',
  // pg_trgm stands in public from the start.
  plant: `
    create extension citext with schema sec_api;
    create schema extension_private;
    create extension fuzzystrmatch with schema extension_private;`,
  defects: ['public.pg_trgm', 'sec_api.citext'],
  decoys: ['extension_private.fuzzystrmatch', 'extensions.pgcrypto', 'pg_catalog.plpgsql'],
}
