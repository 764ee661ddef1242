import type { EmbeddedVersion, Installation } from '../../src/local/postgres/index.ts'
import { debian15 } from './debian15.ts'
import { trixie17 } from './trixie.ts'

/**
 * The servers that tests can have: npm's 15, 17 and 18; Debian 12's 15 and Debian 13's 17, which
 * bring pg_cron, hypopg, pgTAP and plpgsql_check.
 */
export type ServerKind = EmbeddedVersion | 'debian15' | 'trixie17'

export const serverKinds: readonly ServerKind[] = [15, 17, 18, 'debian15', 'trixie17']

/** How to start a kind of server, or why this machine can't have it. */
export type Availability =
  | { available: true; start: { version: EmbeddedVersion } | { installation: Installation } }
  | { available: false; reason: string }

const known = new Map<ServerKind, Promise<Availability>>()

/**
 * Whether a server can be had here. As root on Debian this installs what is missing, the first
 * time for some minutes.
 */
export function availability(kind: ServerKind): Promise<Availability> {
  const found = known.get(kind) ?? find(kind)
  known.set(kind, found)
  return found
}

async function find(kind: ServerKind): Promise<Availability> {
  if (typeof kind === 'number') return { available: true, start: { version: kind } }
  const found = await (kind === 'debian15' ? debian15() : trixie17())
  return 'reason' in found
    ? { available: false, reason: found.reason }
    : { available: true, start: { installation: found } }
}
