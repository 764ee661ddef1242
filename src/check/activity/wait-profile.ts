import type { ActivityHistory } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatShare } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'wait_profile'
const title = 'Sessions wait more than they work'

/** Fewer sightings of active sessions say nothing. */
const leastSightings = 100
const ioShare = 0.5
const lockShare = 0.3

/** Waits of the server itself; what a session waits for from its client is not its own affair. */
const counted = ['', 'IO', 'LWLock', 'Lock', 'BufferPin', 'IPC']

/** What active sessions wait for. See docs/findings/wait_profile.md. */
export const waitProfile: Rule = defineRule({
  name,
  title,
  description: 'Finds what active sessions wait for instead of working.',
  examines: 'sightings of active sessions',
  needs: ['activity'],
  judge({ activity: { history } }) {
    if (history === null) return { examined: 0, findings: [] }
    const waits = history.waits.filter(({ type }) => counted.includes(type))
    const total = waits.reduce((sum, { sightings }) => sum + sightings, 0)
    if (total < leastSightings) return { examined: total, findings: [] }
    return { examined: total, findings: profile({ ...history, waits }, total) }
  },
})

type Wait = ActivityHistory['waits'][number]

function profile(history: ActivityHistory, total: number): Finding[] {
  const io = history.waits.filter(({ type }) => type === 'IO')
  const ioSightings = io.reduce((sum, { sightings }) => sum + sightings, 0)
  const [worst] = io.toSorted((a, b) => b.sightings - a.sightings)
  const found: { wait: Wait; sightings: number; what: string }[] = []
  if (worst !== undefined && ioSightings > ioShare * total) {
    found.push({ wait: worst, sightings: ioSightings, what: 'IO' })
  }
  for (const wait of history.waits) {
    const { type, sightings, event } = wait
    if (type === 'LWLock' && sightings > lockShare * total) {
      found.push({ wait, sightings, what: `LWLock ${event}` })
    }
  }
  return found.map((one) => finding(one, history, total))
}

function finding(
  { wait, sightings, what }: { wait: Wait; sightings: number; what: string },
  { samples, from, to }: ActivityHistory,
  total: number,
): Finding {
  const atOnce = sightings / Math.max(1, samples)
  return objectFinding(
    { name, title },
    { type: 'wait', schema: null, name: what },
    {
      level: atOnce >= 2 ? 'ERROR' : atOnce >= 0.5 ? 'WARN' : 'INFO',
      summary: `${formatShare(sightings / total)} of the time of active sessions`,
      detail: `Active sessions wait for ${what} ${formatShare(sightings / total)} of their time (${atOnce.toFixed(1)} sessions at any moment, by ${formatCount(samples)} samples), mostly for ${wait.event}.`,
      remediation: remedies[wait.event] ?? remedies[wait.type] ?? '',
      evidence: {
        share: sightings / total,
        sessions_at_once: atOnce,
        event: wait.event,
        sightings,
        total,
        samples,
        from,
        to,
      },
    },
  )
}

const remedies: Readonly<Record<string, string>> = {
  IO: 'They read or write blocks: see which statements read most (npx supascope report, uncached_statement), index what they filter by, or take a compute size with more memory.',
  DataFileRead:
    'They read tables and indexes that are not in the cache: see which statements read most (npx supascope report, uncached_statement), index what they filter by, or take a compute size with more memory.',
  WALSync:
    'They wait for commits to reach the disk: write many rows in one transaction, not one each.',
  WALWrite:
    'They wait for the WAL: write many rows in one transaction, and drop indexes that nothing uses.',
  LWLock:
    'They stand in line for one part of memory of the server: run fewer of these statements at once; a smaller pool is often faster.',
  LockManager:
    'Each statement takes too many locks: fewer partitions and indexes on what is asked most, and partition keys in the conditions.',
  WALInsert: 'Too many write at once: write in batches, from fewer connections.',
  BufferContent:
    'Many change the same block: spread a row that all update (a counter) over several, or add up later.',
  SubtransSLRU:
    'Savepoints and exception blocks are many, and a transaction is long: see function_exception_in_loop and idle_in_transaction.',
}
