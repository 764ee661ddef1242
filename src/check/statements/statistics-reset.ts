import { formatTime, plural } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'statistics_reset'
const title = 'Statistics were reset'

/** Someone resets what everyone reads. See docs/findings/statistics_reset.md. */
export const statisticsReset: Rule = defineRule({
  name,
  title,
  description: 'Finds resets and losses of pg_stat_statements between snapshots.',
  examines: 'snapshots',
  needs: ['statementStatistics'],
  judge: ({ statementStatistics: { recent } }) => {
    if (recent === null || recent.resets === 0) {
      return { examined: recent?.snapshots ?? 0, findings: [] }
    }
    const { resets, snapshots, lastResetAt } = recent
    const finding = objectFinding(
      { name, title },
      { type: 'statistics', schema: null, name: 'pg_stat_statements' },
      {
        // Once is an upgrade or a restart; again and again is a tool at work.
        level: resets >= 3 ? 'WARN' : 'INFO',
        categories: ['RELIABILITY'],
        summary: `${plural(resets, 'reset')} in a day`,
        detail:
          `pg_stat_statements lost its figures ${plural(resets, 'time')} in the last day, last before ` +
          `${lastResetAt === null ? 'now' : formatTime(lastResetAt)}: what ran between the snapshot ` +
          'before and the reset is not counted.',
        remediation:
          'Find what resets it: a tool that works by resetting, a dashboard button, a cron job ' +
          "(select jobname, command from cron.job where command ilike '%pg_stat%reset%'), or restarts " +
          'of a server that does not save them (pg_stat_statements.save). Supascope never resets anything.',
        evidence: { resets, last_reset_at: lastResetAt },
      },
    )
    return { examined: snapshots, findings: [finding] }
  },
})
