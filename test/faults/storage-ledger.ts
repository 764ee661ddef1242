/** What writers have sent, and what the database must therefore hold once everything has settled. */
import { randomInt, randomUUID } from 'node:crypto'
import type { Batch, Dimension, WireEvent } from '../../client-sdk/src/wire.ts'

const routes = ['/a', '/b', '/c', '/d', '/e'] as const

const dims: Dimension[] = [
  ...routes.map((route): Dimension => ({ kind: 'api', name: 'orders', route })),
  { kind: 'vital', name: 'LCP', route: '/a' },
  { kind: 'vital', name: 'CLS', route: '/a' },
]
const [lcp, cls] = [routes.length, routes.length + 1] as const

export interface Count {
  n: number
  /** Values are such that doubles add them up exactly. */
  sum: number
}

/** Counts by `name route`, and of each vital the report with the highest sequence. */
export interface Ledger {
  counts: Map<string, Count>
  reports: Map<string, { d: number; sequence: number; value: number }>
}

export const emptyLedger = (): Ledger => ({ counts: new Map(), reports: new Map() })

/**
 * A batch of all kinds of entries, entered into the ledger. Its vitals have ids of the writer's own,
 * some of which come again, and ids that other writers report too.
 */
export function makeBatch(ledger: Ledger, writer: number, turn: number, now: number): Batch {
  const events: WireEvent[] = []
  for (let k = 0; k < 12; k++) {
    const event = { d: randomInt(routes.length), t: now - randomInt(3 * 3_600_000) }
    const [v, w] = [randomInt(1, 1000), randomInt(1, 4)]
    events.push({ ...event, v, w })
    count(ledger, event.d, w, v * w)
  }
  const again = randomInt(turn + 1)
  for (const [id, s] of [
    [`own-${writer}-${turn}`, 0],
    [`own-${writer}-${again}`, turn + 1],
    [`shared-${turn % 7}`, writer * 1000 + turn],
    [`shared-${again % 7}`, writer * 1000 + turn],
  ] as const) {
    const d = id.endsWith('1') ? cls : lcp
    const value = d === cls ? randomInt(8) / 4 : randomInt(1, 5000)
    events.push({ d, t: now - randomInt(3_600_000), v: value, id, s })
    const known = ledger.reports.get(id)
    // The first of equals within a batch, and across batches no two are equal.
    if (known === undefined || s > known.sequence) {
      ledger.reports.set(id, { d, sequence: s, value })
    }
  }
  const minute = Math.floor(now / 60_000) * 60_000
  count(ledger, 0, 3, 3)
  const sketch = { d: 0, t: minute, n: 3, err: 0, z: 0, sum: 3, min: 1, max: 1, i: [1], c: [3] }
  return { v: 1, id: randomUUID(), dims, events, sketches: [sketch] }
}

/** All that must be counted in the end. */
export function totals(ledger: Ledger): Record<string, Count> {
  const all = new Map([...ledger.counts].map(([key, value]) => [key, { ...value }]))
  for (const { d, value } of ledger.reports.values()) {
    add(all, keyOf(d), 1, d === cls ? value * 1000 : value)
  }
  return Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function count(ledger: Ledger, d: number, n: number, sum: number): void {
  add(ledger.counts, keyOf(d), n, sum)
}

function add(counts: Map<string, Count>, key: string, n: number, sum: number): void {
  const known = counts.get(key) ?? { n: 0, sum: 0 }
  counts.set(key, { n: known.n + n, sum: known.sum + sum })
}

function keyOf(d: number): string {
  const dim = dims[d] as Dimension
  return `${dim.name} ${dim.route}`
}
