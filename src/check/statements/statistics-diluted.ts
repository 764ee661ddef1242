import { formatMs } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'statistics_diluted'
const title = 'Only lifetime figures'

/** Figures of more days than this hide what happened this week. */
const longDays = 30
const dayMs = 86_400_000

/** Old counters and no snapshots. See docs/findings/statistics_diluted.md. */
export const statisticsDiluted: Rule = defineRule({
  name,
  title,
  description: 'Tells when figures of statements are means of more than a month.',
  examines: 'views',
  needs: ['statementStatistics'],
  judge: ({ statementStatistics: { since, recent } }, { now }) => {
    const ageMs = since === null ? 0 : Date.parse(now) - Date.parse(since)
    if (recent !== null || !(ageMs > longDays * dayMs)) return { examined: 1, findings: [] }
    const finding = objectFinding(
      { name, title },
      { type: 'statistics', schema: null, name: 'pg_stat_statements' },
      {
        level: 'INFO',
        summary: `means of ${formatMs(ageMs)}`,
        detail:
          `The figures of statements are means of ${formatMs(ageMs)}: a statement that became slow ` +
          'yesterday hardly shows in them, and one that was mended stays slow for weeks.',
        remediation:
          'Store snapshots: `supascope migrate`, then `supascope snapshot --every 60s` (or `supascope serve`). ' +
          'No reset is needed, and others who read the statistics keep theirs.',
        evidence: { age_days: ageMs / dayMs },
      },
    )
    return { examined: 1, findings: [finding] }
  },
})
