import type { ActivityFacts, ConnectionGroup } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatShare, formatTime } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'connections_near_limit'
const title = 'Connections near their limit'

const warnShare = 0.85
const errorShare = 0.95

/** Connections in use, against those that there are. See docs/findings/connections_near_limit.md. */
export const connectionsNearLimit: Rule = defineRule({
  name,
  title,
  description: 'Finds a server that is about to refuse connections.',
  examines: 'servers',
  needs: ['activity'],
  judge({ activity }, { now }) {
    const worst = fullest(activity, now)
    const free = worst.maxConnections - worst.reserved
    const share = worst.used / Math.max(1, free)
    return { examined: 1, findings: share < warnShare ? [] : [finding(worst, share)] }
  },
})

interface Fill {
  at: string
  used: number
  maxConnections: number
  reserved: number
  groups: readonly ConnectionGroup[]
}

function fullest({ connections, history }: ActivityFacts, now: string): Fill {
  const live = { at: now, ...connections }
  const peak = history?.peak ?? null
  const fill = ({ used, maxConnections, reserved }: Fill): number =>
    used / Math.max(1, maxConnections - reserved)
  return peak !== null && fill(peak) > fill(live) ? peak : live
}

function finding(worst: Fill, share: number): Finding {
  const { used, maxConnections, reserved, groups, at } = worst
  const idle = sum(groups.filter(({ state }) => state === 'idle'))
  const holders = byHolder(groups)
  const shown = holders.slice(0, 4).map(({ who, count }) => `${who} ${Math.round(count)}`)
  return objectFinding(
    { name, title },
    { type: 'server', schema: null, name: 'connections' },
    {
      level: share >= errorShare ? 'ERROR' : 'WARN',
      categories: ['RELIABILITY', 'PERFORMANCE'],
      summary: `${used} of ${maxConnections - reserved}`,
      detail: `${used} of the ${maxConnections - reserved} connections that are not reserved were in use at ${formatTime(at)} (${formatShare(share)}), ${formatShare(idle / Math.max(1, sum(groups)))} of them idle: ${shown.join(', ')}. At the limit the next one is refused.`,
      remediation: remedy(holders[0], idle / Math.max(1, sum(groups))),
      evidence: {
        used,
        max_connections: maxConnections,
        reserved,
        share,
        idle_share: idle / Math.max(1, sum(groups)),
        at,
        ...Object.fromEntries(
          holders.slice(0, 6).map(({ pool, count }) => [`pool_${pool}`, count]),
        ),
      },
    },
  )
}

interface Holder {
  pool: string
  who: string
  role: string
  count: number
}

function byHolder(groups: readonly ConnectionGroup[]): Holder[] {
  const holders = Map.groupBy(groups, ({ pool, role }) =>
    pool === 'direct' ? `${pool} ${role}` : pool,
  )
  return [...holders.values()]
    .flatMap((group) => {
      const [first] = group
      if (first === undefined) return []
      const { pool, role } = first
      return [{ pool, role, who: pool === 'direct' ? role : pool, count: sum(group) }]
    })
    .toSorted((a, b) => b.count - a.count)
}

function sum(groups: readonly ConnectionGroup[]): number {
  return groups.reduce((total, { connections }) => total + connections, 0)
}

function remedy(first: Holder | undefined, idleShare: number): string {
  switch (first?.pool) {
    case 'postgrest':
      return 'The API holds most: lower its pool under Project Settings > Data API > Pool size (PGRST_DB_POOL), or take a larger compute size.'
    case 'supavisor':
    case 'pgbouncer':
      return 'The pooler holds most: lower the pool size under Project Settings > Database, and let clients use the transaction mode (port 6543).'
    default:
      return idleShare >= 0.5
        ? 'Most connections idle: let programs connect through the transaction pooler (port 6543), give their own pools an end (idleTimeoutMillis), and close what a process leaves.'
        : 'They work: see what they run (npx supascope report), and let programs that come in numbers connect through the transaction pooler (port 6543).'
  }
}
