import type { PolicyExpression, PolicyFacts } from '../../facts/index.ts'
import { type FindingLevel, findingLevels } from '../../finding.ts'
import { formatCount } from '../../quantity.ts'
import { around } from '../../syntax/index.ts'
import { conditionsOf, examine, isCorrelated, isSubLink, type PolicyCall } from './expression.ts'
import { isIndexCondition, isNarrowed, scannedTable } from './index-condition.ts'
import type { Surroundings } from './surroundings.ts'

/** From here on a call for every row is felt: some milliseconds. */
const warnRows = 10_000
/** From here on it takes the better part of a second, of every request. */
const errorRows = 1_000_000

/** What calls in a policy cost. */
export interface CallCost {
  level: FindingLevel
  /** Rows that it is run for, at most; null if unknown. */
  rows: number | null
  /** In words: `for each of 200,000 rows`. */
  scale: string
  /** An index finds the rows, so that it is run for few of them. */
  indexed: boolean
}

/** A call of a policy in the condition that it stands in. */
export interface PlacedCall {
  call: PolicyCall
  expression: PolicyExpression
}

/** The calls of a policy that are run for every row. */
export function callsPerRow(policy: PolicyFacts): PlacedCall[] {
  return conditionsOf(policy).flatMap((expression) =>
    examine(expression, policy.table)
      .calls.filter(({ once }) => !once)
      .map((call) => ({ call, expression })),
  )
}

/** The cost of the dearest of some calls. */
export function costOf(
  policy: PolicyFacts,
  calls: readonly PlacedCall[],
  surroundings: Surroundings,
): CallCost {
  const costs = calls.map((call) => costOfOne(policy, call, surroundings))
  const [dearest] = costs.toSorted(
    (a, b) =>
      findingLevels.indexOf(a.level) - findingLevels.indexOf(b.level) ||
      (b.rows ?? 0) - (a.rows ?? 0),
  )
  return dearest ?? { level: 'INFO', rows: null, scale: 'for no row', indexed: false }
}

function costOfOne(policy: PolicyFacts, placed: PlacedCall, surroundings: Surroundings): CallCost {
  const { call, expression } = placed
  const inner = surroundings.rows(scannedTable(policy, expression, call.place, surroundings))
  if (expression === policy.check && expression !== policy.using) {
    return { level: 'INFO', rows: inner, scale: 'for each row that is written', indexed: false }
  }
  const repeated = isRepeated(call)
  const indexed =
    isNarrowed(policy, expression, surroundings) ||
    (!repeated && isIndexCondition(policy, expression, call.place, surroundings))
  if (indexed)
    return { level: 'INFO', rows: inner, scale: 'for the rows that an index finds', indexed }
  if (!repeated) return { level: levelOf(inner), rows: inner, scale: scaleOf(inner), indexed }
  const outer = surroundings.rows(surroundings.tableByOid(policy.tableOid))
  const rows = outer === null || inner === null ? null : Math.max(outer, inner)
  // The server may well read the inner table once, into a hash.
  const level = levelOf(rows) === 'INFO' ? 'INFO' : 'WARN'
  return { level, rows, scale: scaleOf(rows).replace(' of ', ' of up to '), indexed }
}

/** Inside of a sub-select that depends on the row, and is run for each. */
function isRepeated({ place }: PolicyCall): boolean {
  return [...around(place)].some((at) => isSubLink(at) && isCorrelated(at))
}

function levelOf(rows: number | null): FindingLevel {
  if (rows === null) return 'WARN'
  if (rows >= errorRows) return 'ERROR'
  return rows >= warnRows ? 'WARN' : 'INFO'
}

function scaleOf(rows: number | null): string {
  return rows === null ? 'for each row that is read' : `for each of ${formatCount(rows)} rows`
}

/** `auth.uid(), public.is_admin()`: each once, as the condition calls it. */
export function namesOf(calls: readonly PlacedCall[]): string {
  const names = calls.map(({ call: { schema, name } }) =>
    schema === 'pg_catalog' ? `${name}()` : `${schema}.${name}()`,
  )
  return [...new Set(names)].join(', ')
}
