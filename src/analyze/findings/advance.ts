/**
 * The life of findings, as one pure step: what is remembered, and what a run saw, make what is
 * remembered next.
 *
 *     (not seen) ─found→ open ─not found though examined→ resolved ─found→ open …
 *     open ─acknowledge→ acknowledged ─worse level→ open
 *     any ─ignore→ ignored ─its end→ open
 */
import { type Finding, findingLevels } from '../../finding.ts'
import { orderFor } from './ignore-order.ts'
import type {
  Advanced,
  CheckRun,
  Evidence,
  IgnoreOrder,
  StoredFinding,
  Transition,
} from './stored-finding.ts'

/** For so long after it was resolved the figures of afterwards are brought up to date. */
const settlingMs = 7 * 86_400_000

/** Lets a run act on what is remembered. No input is changed. */
export function advanceFindings(
  before: readonly StoredFinding[],
  run: CheckRun,
  orders: readonly IgnoreOrder[] = [],
): Advanced {
  const byKey = new Map(before.map((stored) => [stored.finding.cacheKey, stored]))
  const covered = new Set(run.findings.flatMap(coveredKeys))
  const examined = new Map(run.examined.map(({ rule, subjects }) => [rule, subjects]))
  const result: Advanced = { stored: [], written: [], findings: [], transitions: [] }
  const seen = new Set<string>()
  for (const finding of run.findings) {
    const { cacheKey } = finding
    const known = byKey.get(cacheKey)
    const next = found(known, finding, run.at, orders)
    result.findings.push(next.finding)
    if (seen.has(cacheKey)) continue
    seen.add(cacheKey)
    keep(result, known, next)
  }
  for (const stored of before) {
    const { cacheKey, name } = stored.finding
    if (seen.has(cacheKey)) continue
    const kept = withoutPastOrders(stored, run.at, orders)
    const subjects = examined.get(name)
    const wasExamined = examined.has(name) && (subjects === undefined || subjects.has(cacheKey))
    // A finding that another one of the same object speaks for is still there.
    const next =
      wasExamined && !covered.has(cacheKey)
        ? missing(kept, run.at, subjects?.get(cacheKey) ?? null)
        : kept
    keep(result, stored, next)
  }
  return result
}

function keep(result: Advanced, before: StoredFinding | undefined, next: StoredFinding): void {
  result.stored.push(next)
  if (next === before) return
  result.written.push(next)
  const from = before?.state ?? null
  if (from === next.state && before?.timesFound === next.timesFound) return
  result.transitions.push({ from, to: next.state, stored: next } satisfies Transition)
}

/** The keys of all findings that a merged one speaks for. */
function coveredKeys({ name, cacheKey, metadata }: Finding): string[] {
  const object = cacheKey.startsWith(`${name}:`) ? cacheKey.slice(name.length) : null
  if (object === null || typeof metadata.rules !== 'string') return [cacheKey]
  return metadata.rules.split(',').map((rule) => rule + object)
}

function found(
  known: StoredFinding | undefined,
  finding: Finding,
  at: string,
  orders: readonly IgnoreOrder[],
): StoredFinding {
  const appeared = known === undefined ? first(finding, at) : again(known, finding, at)
  return withState(decided(appeared, finding, at, orders))
}

function first(finding: Finding, at: string): StoredFinding {
  return {
    finding,
    ...undecided(at),
    firstSeenAt: at,
    foundAt: at,
    lastSeenAt: at,
    timesFound: 1,
    foundEvidence: finding.evidence,
    resolvedEvidence: null,
  }
}

function undecided(at: string) {
  return {
    state: 'open',
    stateSince: at,
    reason: null,
    ignoredUntil: null,
    changedBy: null,
    acknowledgedLevel: null,
  } as const satisfies Partial<StoredFinding>
}

/** A run that began earlier than another one ended does not turn back the clock. */
function again(known: StoredFinding, finding: Finding, at: string): StoredFinding {
  const isOlder = known.state === 'resolved' && Date.parse(at) < Date.parse(known.stateSince)
  if (isOlder) return known
  const lastSeenAt = later(known.lastSeenAt, at)
  if (known.state !== 'resolved') return { ...known, finding, lastSeenAt }
  return {
    ...known,
    ...undecided(at),
    finding,
    lastSeenAt,
    foundAt: at,
    timesFound: known.timesFound + 1,
    foundEvidence: finding.evidence,
    resolvedEvidence: null,
  }
}

/** What people said about it, in the database or in the configuration. */
function decided(
  stored: StoredFinding,
  finding: Finding,
  at: string,
  orders: readonly IgnoreOrder[],
): StoredFinding {
  const current = withoutPastOrders(stored, at, orders)
  if (current.state === 'ignored' && current.changedBy !== 'config') return current
  const order = orderFor(finding, orders, at)
  if (order !== null) return ignoredByConfig(current, order, at)
  if (current.state === 'acknowledged' && isWorse(finding, current.acknowledgedLevel)) {
    return { ...current, ...undecided(at) }
  }
  return current
}

/** Opens what an order ignored that has ended, or that the configuration no longer gives. */
function withoutPastOrders(
  stored: StoredFinding,
  at: string,
  orders: readonly IgnoreOrder[],
): StoredFinding {
  if (stored.state !== 'ignored') return stored
  const { ignoredUntil } = stored
  const isOver =
    stored.changedBy === 'config'
      ? orderFor(stored.finding, orders, at) === null
      : ignoredUntil !== null && Date.parse(ignoredUntil) <= Date.parse(at)
  return isOver ? withState({ ...stored, ...undecided(at) }) : stored
}

function ignoredByConfig(stored: StoredFinding, order: IgnoreOrder, at: string): StoredFinding {
  const wasIgnored = stored.state === 'ignored'
  return {
    ...stored,
    state: 'ignored',
    stateSince: wasIgnored ? stored.stateSince : at,
    reason: order.reason,
    ignoredUntil: order.until ?? null,
    changedBy: 'config',
    acknowledgedLevel: null,
  }
}

function isWorse({ level }: Finding, than: StoredFinding['acknowledgedLevel']): boolean {
  return than !== null && findingLevels.indexOf(level) < findingLevels.indexOf(than)
}

/** Its rule looked at its object and did not find it. */
function missing(stored: StoredFinding, at: string, figures: Evidence | null): StoredFinding {
  // What people chose not to see stays so until the end that they gave.
  if (stored.state === 'ignored') return stored
  if (stored.state !== 'resolved') {
    // Run by an older look at the database than the one that saw it last.
    if (Date.parse(at) < Date.parse(stored.lastSeenAt)) return stored
    const resolved = { ...stored, ...undecided(at), state: 'resolved' as const }
    return withState({ ...resolved, resolvedEvidence: figures })
  }
  const age = Date.parse(at) - Date.parse(stored.stateSince)
  if (figures === null || age < 0 || age > settlingMs) return stored
  return { ...stored, resolvedEvidence: figures }
}

function withState(stored: StoredFinding): StoredFinding {
  if (stored.finding.state === stored.state) return stored
  return { ...stored, finding: { ...stored.finding, state: stored.state } }
}

function later(a: string, b: string): string {
  return Date.parse(a) >= Date.parse(b) ? a : b
}
