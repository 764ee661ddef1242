import type { ActivityFacts, ActivityHistory, Episode } from '../../facts/index.ts'
import type { Finding, FindingLevel } from '../../finding.ts'
import { formatMs, formatShare, plural } from '../../quantity.ts'
import { quoteIdentifier } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { alike, labelOf, sessionFinding, whoIs } from './episode-words.ts'

const name = 'cancelled_statements'
const title = 'Cut off before its end'

/** Statements that a timeout or an error ended. See docs/findings/cancelled_statements.md. */
export const cancelledStatements: Rule = defineRule({
  name,
  title,
  description: 'Finds statements that a timeout cut off, which no statistics of the server show.',
  examines: 'statements that took a second',
  needs: ['activity'],
  judge({ activity }) {
    const statements = activity.episodes.filter(({ kind }) => kind === 'statement')
    const ended = statements.filter(
      ({ outcome, pool }) =>
        (outcome === 'timed_out' || outcome === 'failed') && pool !== 'supascope',
    )
    const findings = alike(ended).flatMap((group) => finding(group, activity))
    return { examined: statements.length, findings }
  },
})

function finding(group: readonly Episode[], { history }: ActivityFacts): Finding[] {
  const [last] = group.toSorted((a, b) => b.lastSeenAt.localeCompare(a.lastSeenAt))
  if (last === undefined) return []
  const timedOut = group.filter(({ outcome }) => outcome === 'timed_out')
  const certain = timedOut.filter((one) => one.certain).length
  const failed = group.length - timedOut.length
  const timeoutMs = timedOut[0]?.timeoutMs ?? null
  const share = timeoutMs === null ? null : seenShare(history, timeoutMs)
  return [
    sessionFinding({ name, title }, last, {
      level: levelOf(certain, timedOut.length),
      summary: `${plural(group.length, 'time')} in a day${timeoutMs === null ? '' : ` at ${formatMs(timeoutMs)}`}`,
      detail: `${labelOf(last)} of ${whoIs(last)} ${counts(certain, timedOut.length - certain, failed, timeoutMs)}.${caveat(share)}`,
      remediation: remedy(last, timeoutMs),
      evidence: {
        timed_out: certain,
        likely_timed_out: timedOut.length - certain,
        failed,
        timeout_ms: timeoutMs,
        seen_share: share,
        last_seen_at: last.lastSeenAt,
      },
    }),
  ]
}

function counts(certain: number, likely: number, failed: number, timeoutMs: number | null): string {
  const timeout = timeoutMs === null ? 'its timeout' : `its timeout of ${formatMs(timeoutMs)}`
  const parts = [
    ...(certain > 0 ? [`ran into ${timeout} ${plural(certain, 'time')}`] : []),
    ...(likely > 0 ? [`likely ran into ${timeout} ${plural(likely, 'time')}`] : []),
    ...(failed > 0
      ? [`failed or was cancelled ${plural(failed, 'time')} after a second or more`]
      : []),
  ]
  return parts.join(', ')
}

/** Share of the statements of this length that samples at this pace see; null if that is unknown. */
function seenShare(history: ActivityHistory | null, timeoutMs: number): number | null {
  if (history === null || history.samples === 0) return null
  // A minute without samples is one that was not watched at all.
  const apartMs = (history.minutes * 60_000) / history.samples
  return Math.min(1, Math.max(0, timeoutMs - youngMs) / apartMs)
}

/** A sample does not look at what has run for less, ms. */
const youngMs = 1_000

function caveat(share: number | null): string {
  if (share === null || share > 0.95) return ''
  return ` Samples at this pace see about ${formatShare(share)} of them.`
}

function levelOf(certain: number, timedOut: number): FindingLevel {
  if (certain >= 10) return 'ERROR'
  return certain > 0 || timedOut >= 3 ? 'WARN' : 'INFO'
}

function remedy({ pool, role }: Episode, timeoutMs: number | null): string {
  const see =
    'Find out what it spends its time on: explain it as the role that runs it, without analyze, and see whether it waits for a lock (blocked_sessions).'
  if (timeoutMs === null) return `${see} The Postgres logs hold the error.`
  const longer = formatMs(2 * timeoutMs).replaceAll(' ', '')
  const set =
    pool === 'postgrest'
      ? `alter role authenticated set statement_timeout = '${longer}';\nnotify pgrst, 'reload config';`
      : `alter role ${quoteIdentifier(role)} set statement_timeout = '${longer}';`
  return `-- ${see}\n-- Only if it must take so long:\n${set}`
}
