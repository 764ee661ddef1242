import type { BlockingSession, Episode } from '../../facts/index.ts'
import type { Finding, FindingLevel } from '../../finding.ts'
import { formatMs, plural } from '../../quantity.ts'
import { quoteIdentifier } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { blockerDoes, labelOf, sessionFinding } from './episode-words.ts'

const name = 'blocked_sessions'
const title = 'Others wait for it'

/** A wait is worth a word from this length on, ms… */
const longMs = 5_000
/** …or if so many waits add up to this, ms. */
const muchMs = 10_000

/** Sessions that wait for a lock, and the one in front of all. See docs/findings/blocked_sessions.md. */
export const blockedSessions: Rule = defineRule({
  name,
  title,
  description: 'Finds sessions that hold locks for which others wait.',
  examines: 'statements that waited for a lock',
  needs: ['activity'],
  judge({ activity: { episodes } }, { now }) {
    const waits = episodes.flatMap((one) => (one.root === null ? [] : [{ ...one, root: one.root }]))
    const groups = Map.groupBy(waits, ({ root }) => JSON.stringify([root.role, labelOf(root)]))
    return {
      examined: waits.length,
      findings: [...groups.values()].flatMap((group) => finding(group, now)),
    }
  },
})

type Wait = Episode & { root: BlockingSession }

function finding(group: readonly Wait[], now: string): Finding[] {
  const [longest, ...others] = group.toSorted((a, b) => b.blockedMs - a.blockedMs)
  const waited = group.reduce((sum, { blockedMs }) => sum + blockedMs, 0)
  if (longest === undefined || (longest.blockedMs < longMs && waited < muchMs)) return []
  const { root, lockObject } = longest
  const atOnce = mostAtOnce(group)
  const what = lockObject === null ? (longest.lockType ?? 'a lock') : lockObject
  const then = longest.running ? now : longest.lastSeenAt
  const behind = [longest, ...others]
    .slice(0, 3)
    .map((one) => `${labelOf(one)} (${formatMs(one.blockedMs)})`)
  const more = group.length > 3 ? ` and ${group.length - 3} more` : ''
  return [
    sessionFinding(
      { name, title },
      { ...longest, ...root, queryid: root.queryid },
      {
        level: levelOf(waited, atOnce),
        summary: `${formatMs(waited)} of waiting behind it`,
        detail: `${plural(group.length, 'statement')} waited ${formatMs(waited)} in all for ${what}, behind ${blockerDoes(root, then)}: ${behind.join(', ')}${more}.`,
        remediation: remedy(
          longest,
          group.some(({ running }) => running),
        ),
        evidence: {
          waits: group.length,
          waited_ms: waited,
          longest_wait_ms: longest.blockedMs,
          at_once: atOnce,
          lock: longest.lockMode,
          lock_object: lockObject,
          root_pid: root.pid,
          root_state: root.state,
          waiting_now: group.filter(({ running }) => running).length,
        },
      },
    ),
  ]
}

/** The most of them that waited at one time, by the times at which they were seen last. */
function mostAtOnce(group: readonly Wait[]): number {
  return Math.max(
    ...group.map((one) => {
      const at = Date.parse(one.lastSeenAt)
      return group.filter((other) => {
        const until = Date.parse(other.lastSeenAt)
        return until >= at && until - other.blockedMs <= at
      }).length
    }),
  )
}

function levelOf(waited: number, atOnce: number): FindingLevel {
  if (waited >= 60_000 || atOnce >= 5) return 'ERROR'
  return waited >= muchMs ? 'WARN' : 'INFO'
}

function remedy({ root, lockMode }: Wait, isNow: boolean): string {
  if (root.state === 'prepared') {
    return "select gid, prepared, owner from pg_prepared_xacts order by prepared;\n-- then, for the one that was forgotten:\nrollback prepared '<gid>';"
  }
  const end = isNow && root.pid > 0 ? `select pg_terminate_backend(${root.pid});\n` : ''
  if (root.state.startsWith('idle in transaction')) {
    return `${end}-- so that no transaction is left open:\nalter role ${quoteIdentifier(root.role)} set idle_in_transaction_session_timeout = '30s';`
  }
  if (
    lockMode === 'AccessExclusiveLock' ||
    /^\s*(alter|drop|truncate|create|lock|reindex|vacuum\s+\(?full|cluster)\b/i.test(root.query)
  ) {
    return `${end}-- before each change of a table, so that it gives up instead of holding up everyone, and is tried again:\nset lock_timeout = '2s';`
  }
  return `${end}-- it holds its rows until its transaction ends: do what is slow before the write or after the commit, and write rows in one order everywhere.`
}
