import { access } from 'node:fs/promises'
import {
  type Installation,
  preloadedLibraries,
  type Settings,
} from '../../src/local/postgres/index.ts'
import { missingDebianPackages } from '../debian-packages.ts'

const bin = '/usr/lib/postgresql/15/bin'

/** Debian 12's Postgres with the extensions that only a distribution brings. */
export async function debian15(): Promise<Installation | { reason: string }> {
  const reason = await missingDebianPackages([
    'postgresql-15',
    'postgresql-15-cron',
    'postgresql-15-hypopg',
    'postgresql-15-pgtap',
    'postgresql-15-plpgsql-check',
  ])
  if (reason !== undefined) return { reason }
  await access(bin)
  return { name: 'debian-15', bin, settings: debianSettings }
}

/** pg_cron and plpgsql_check are preloaded, as on Supabase. */
export const debianSettings: Settings = {
  shared_preload_libraries: [...preloadedLibraries, 'pg_cron', 'plpgsql_check'].join(','),
  // Its other way, by a connection of its own, would need a password.
  'cron.use_background_workers': 'on',
}
