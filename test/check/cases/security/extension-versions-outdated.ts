import type { PlantedCase } from '../../planted-case.ts'

export const extensionVersionsOutdated: PlantedCase = {
  rule: 'extension_versions_outdated',
  plant: `
    create extension hstore with schema extensions version '1.4';
    create extension unaccent with schema extensions;`,
  defects: ['extensions.hstore'],
  decoys: ['extensions.unaccent', 'pg_catalog.plpgsql'],
}
