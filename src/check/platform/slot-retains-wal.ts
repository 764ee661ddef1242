import type { ReplicationSlot } from '../../facts/index.ts'
import type { Finding, FindingLevel } from '../../finding.ts'
import { formatBytes, formatTime } from '../../quantity.ts'
import { quoteLiteral } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'slot_retains_wal'
const title = 'Replication slot keeps WAL'

/** WAL kept for a slot that nobody reads. */
const inactiveBytes = 512 * 1024 ** 2
/** WAL kept for any slot, from which on the disk is in danger. */
const dangerousBytes = 8 * 1024 ** 3
/** Of what may be kept for a slot, the part that must be left. */
const leastLeft = 0.2

/** Slots that fill the disk, or have lost what they were for. See docs/findings/slot_retains_wal.md. */
export const slotRetainsWal: Rule = defineRule({
  name,
  title,
  description: 'Finds replication slots that keep much WAL, or have lost it.',
  examines: 'replication slots',
  needs: ['slots'],
  judge: ({ slots }) => ({
    examined: slots.length,
    findings: slots.flatMap((slot) => {
      const trouble = troubleOf(slot)
      return trouble === null ? [] : [finding(slot, trouble)]
    }),
  }),
})

interface Trouble {
  level: FindingLevel
  summary: string
}

function troubleOf(slot: ReplicationSlot): Trouble | null {
  const { active, temporary, walStatus, safeBytes } = slot
  if (walStatus === 'lost') return { level: 'ERROR', summary: 'lost the WAL that it needs' }
  if (walStatus === 'unreserved') return { level: 'ERROR', summary: 'about to lose its WAL' }
  const kept = slot.retainedBytes ?? 0
  const words = `keeps ${formatBytes(kept)} of WAL${active ? '' : ', nobody reads it'}`
  if (kept >= dangerousBytes) return { level: active ? 'WARN' : 'ERROR', summary: words }
  if (safeBytes !== null && kept >= inactiveBytes && safeBytes < leastLeft * (kept + safeBytes)) {
    return { level: 'WARN', summary: `${words}, ${formatBytes(safeBytes)} from losing it` }
  }
  if (!active && !temporary && kept >= inactiveBytes) return { level: 'WARN', summary: words }
  return null
}

function finding(slot: ReplicationSlot, { level, summary }: Trouble): Finding {
  const { type, plugin, database, active, retainedBytes, walStatus, safeBytes } = slot
  const kind = `${type} slot ${slot.name}${plugin === null ? '' : ` (${plugin}, ${database})`}`
  const since = slot.inactiveSince === null ? '' : ` since ${formatTime(slot.inactiveSince)}`
  return objectFinding(
    { name, title },
    { type: 'replication slot', schema: null, name: slot.name },
    {
      level,
      categories: ['RELIABILITY'],
      summary,
      detail:
        `The ${kind} is ${active ? 'in use' : `not in use${since}`}: ${summary}. The server can't ` +
        'remove that WAL, nor vacuum what the slot may still ask for, until it is read or dropped.',
      remediation: remedy(slot),
      evidence: {
        active,
        retained_bytes: retainedBytes,
        wal_status: walStatus,
        safe_bytes: safeBytes,
      },
    },
  )
}

function remedy({ name: slot, active, walStatus }: ReplicationSlot): string {
  const drop = `select pg_drop_replication_slot(${quoteLiteral(slot)});`
  if (walStatus === 'lost') {
    return `${drop}\n-- it can't be read on: make it anew, and copy the data to its reader again`
  }
  if (active) {
    return 'Its reader lags: see what holds it up there (pg_stat_replication on this side), or give it more power. Large transactions reach a logical reader as a whole.'
  }
  return slot.startsWith('supabase_')
    ? `Supabase’s own service reads it: it should be in use again after a restart of the project. If the service was left for good:\n\n${drop}`
    : `Start its reader again; if it is gone for good:\n\n${drop}`
}
