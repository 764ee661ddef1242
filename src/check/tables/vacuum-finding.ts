import type { HorizonHolder } from '../../facts/index.ts'

/** A horizon this far behind keeps what vacuum comes for. */
const heldBack = 1_000_000

/** What keeps vacuum from working, if anything does: to be mended first. */
export function heldBackBy(horizon: readonly HorizonHolder[] | undefined): string {
  const holder = horizon?.find(({ age, catalogOnly }) => age >= heldBack && !catalogOnly)
  if (holder === undefined) return ''
  return `-- First end what keeps the dead rows: ${kinds[holder.kind]} ${JSON.stringify(holder.name)}, see xmin_horizon.\n`
}

const kinds: Readonly<Record<HorizonHolder['kind'], string>> = {
  session: 'session',
  prepared: 'prepared transaction',
  slot: 'replication slot',
  standby: 'standby',
}
