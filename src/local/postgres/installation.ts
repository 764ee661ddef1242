import { join } from 'node:path'
import { localFailure } from './failure.ts'
import { outside, type Place, runIn } from './place.ts'

/** A Postgres that can be started: where its programs are. */
export interface Installation {
  /** Short name for messages and folders: `embedded-17`. */
  name: string
  /** Folder that holds `postgres` and `initdb`, as seen from inside `root`. */
  bin: string
  /** Folder to confine the server to by chroot; needs root. */
  root?: string
  /** Settings that this installation needs, such as libraries to preload besides ours. */
  settings?: Settings
}

/** Server settings as they stand in postgresql.conf. */
export type Settings = Readonly<Record<string, string | number | boolean>>

/** Libraries that every server preloads, as every Supabase project does. */
export const preloadedLibraries = ['pg_stat_statements', 'auto_explain'] as const

/**
 * What a throw-away server runs with: Supabase's choices where a program could see the difference,
 * and no fsync, since nothing on it has to survive a power cut.
 */
export const baseSettings: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_preload_libraries: preloadedLibraries.join(','),
  compute_query_id: 'on',
  track_io_timing: 'on',
  'auto_explain.log_min_duration': '10s',
  wal_level: 'logical',
  max_slot_wal_keep_size: 1024,
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  fsync: 'off',
}

/** The lines of postgresql.conf; a later line wins over an earlier one. */
export function settingLines(settings: Settings): string {
  const quote = (value: string | number | boolean): string =>
    `'${String(value).replace(/'/g, "''")}'`
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${quote(value)}\n`)
    .join('')
}

/**
 * What `postgres --version` prints, which is also the proof that the account can run it.
 *
 * @throws ScopeError SCOPE_LOCAL_FAILED
 */
export async function serverVersion(place: Place, bin: string): Promise<string> {
  try {
    return await runIn(place, '"$1" --version', [join(bin, 'postgres')])
  } catch (cause) {
    throw localFailure(
      cause,
      `the Postgres in ${outside(place, bin)} does not run`,
      'reinstall it, and check that the account nobody may read that folder',
    )
  }
}
