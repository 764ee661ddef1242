import { formatMs, plural } from '../../quantity.ts'
import { figuresOf } from '../database-figures.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'deadlocks'
const title = 'Deadlocks'

/** Deadlocks since the reset below which they are of the past; in the last day each one counts. */
const leastEver = 5
/** Of an hour, from which on it is a WARN. */
const manyPerHour = 1

/** Transactions that waited for each other. See docs/findings/deadlocks.md. */
export const deadlocks: Rule = defineRule({
  name,
  title,
  description: 'Finds a database in which transactions wait for each other until one is cancelled.',
  examines: 'databases',
  needs: ['databaseActivity', 'server'],
  counters: true,
  judge: ({ databaseActivity, server }) => {
    const { counters, source } = figuresOf(databaseActivity)
    const { deadlocks: count, minutes } = counters
    if (count < (source === 'recent' ? 1 : leastEver)) return { examined: 1, findings: [] }
    const perHour = minutes === null ? null : (60 * count) / minutes
    const time = minutes === null ? 'since the last reset' : `in ${formatMs(minutes * 60_000)}`
    const finding = objectFinding(
      { name, title },
      { type: 'database', schema: null, name: server.database },
      {
        level: perHour !== null && perHour >= manyPerHour ? 'WARN' : 'INFO',
        categories: ['RELIABILITY'],
        summary: `${plural(count, 'deadlock')} ${time}`,
        detail:
          `In ${server.database} there were ${plural(count, 'deadlock')} ${time}: each time the server ` +
          'cancelled one of the transactions, after a second of waiting for all of them.',
        remediation:
          'The Postgres logs name both statements ("deadlock detected", with the detail below it). Lock ' +
          'rows in one order everywhere: sort ids before an update of many rows, or take them first by ' +
          'select … where id = any($1) order by id for update. Keep transactions short, and retry the ' +
          'one that was cancelled (SQLSTATE 40P01).',
        evidence: { deadlocks: count, deadlocks_per_hour: perHour },
      },
    )
    return { examined: 1, findings: [finding] }
  },
})
