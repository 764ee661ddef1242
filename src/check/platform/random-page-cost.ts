import { quoteIdentifier } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { isManagedHost } from './set-server-setting.ts'

const name = 'random_page_cost'
const title = 'Planner takes the disk for a spinning one'

/** The default, of the time of spinning disks. */
const spinning = 4
/** What suits an SSD, and what Supabase sets. */
const solid = 1.1

/** random_page_cost of a spinning disk. See docs/findings/random_page_cost.md. */
export const randomPageCost: Rule = defineRule({
  name,
  title,
  description: 'Finds a random_page_cost that keeps the planner from using indexes on an SSD.',
  examines: 'settings',
  needs: ['server', 'host'],
  judge: ({ server, host }) => {
    const value = Number(server.settings.random_page_cost?.value ?? 0)
    if (!(value >= spinning)) return { examined: 1, findings: [] }
    const finding = objectFinding(
      { name, title },
      { type: 'setting', schema: null, name: 'random_page_cost' },
      {
        // A server of one's own may have such a disk.
        level: isManagedHost(host) ? 'WARN' : 'INFO',
        summary: `random_page_cost is ${value}`,
        detail:
          `random_page_cost is ${value}: the planner takes a random read for ${value} times as dear as ` +
          'one in sequence, as on a spinning disk, and prefers to read whole tables where an index ' +
          'would be faster.',
        remediation:
          `alter database ${quoteIdentifier(server.database)} set random_page_cost = ${solid};\n` +
          '-- for connections made from then on; not for a spinning disk',
        evidence: { random_page_cost: value },
      },
    )
    return { examined: 1, findings: [finding] }
  },
})
