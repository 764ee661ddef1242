import type { StatementStatisticsFacts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatMs, formatShare, plural } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'statistics_full'
const title = 'pg_stat_statements is full'

/** From this fill on, it is about to drop entries. */
const nearlyFull = 0.9

/**
 * Entries are dropped, or about to be. Evictions count only between snapshots: one of last year says
 * nothing about today. See docs/findings/statistics_full.md.
 */
export const statisticsFull: Rule = defineRule({
  name,
  title,
  description: 'Finds pg_stat_statements so full that it drops statements.',
  examines: 'views',
  needs: ['statementStatistics'],
  judge: ({ statementStatistics: facts }) => {
    const { entries, maxEntries, recent } = facts
    if (entries === null || maxEntries <= 0) return { examined: 0, findings: [] }
    const drops = (recent?.evictions ?? 0) > 0
    const isFull = entries >= nearlyFull * maxEntries
    return { examined: 1, findings: drops || isFull ? [finding(facts, entries)] : [] }
  },
})

function finding({ maxEntries, recent }: StatementStatisticsFacts, entries: number): Finding {
  const fill = entries / maxEntries
  const evictions = recent?.evictions ?? 0
  const dropped =
    recent === null || evictions === 0
      ? ''
      : ` It dropped its least used ones ${plural(evictions, 'time')} in the last ${formatMs(recent.minutes * 60_000)}: what those did is lost.`
  return objectFinding(
    { name, title },
    { type: 'setting', schema: null, name: 'pg_stat_statements.max' },
    {
      level: evictions > 0 ? 'WARN' : 'INFO',
      categories: ['RELIABILITY'],
      summary: `${formatShare(fill)} full${evictions > 0 ? `, ${plural(evictions, 'eviction')} a day` : ''}`,
      detail: `pg_stat_statements holds ${formatCount(entries)} of ${formatCount(maxEntries)} entries.${dropped}`,
      remediation:
        'Make fewer distinct statements: bind a list as one array (= any($1) and not in ($1, $2, …)), ' +
        'avoid generated aliases, temporary tables and schemas per tenant. Which text comes in many forms:\n\n' +
        'select left(query, 60) as begin, count(*) from extensions.pg_stat_statements group by 1 order by 2 desc limit 10;\n\n' +
        `More room takes a restart. On Supabase: supabase postgres-config update --config pg_stat_statements.max=${2 * maxEntries}; on a server of your own: alter system set pg_stat_statements.max = ${2 * maxEntries};`,
      evidence: { entries, max_entries: maxEntries, fill, evictions },
    },
  )
}
