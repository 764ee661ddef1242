import type { WindowFacts } from '../../analyze/index.ts'
import type { Facts, FunctionBody } from '../../facts/index.ts'
import { type Finding, type FindingLevel, findingLevels } from '../../finding.ts'
import { formatMs, formatShare, plural } from '../../quantity.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import type { RoutineBody } from '../../syntax/index.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { costLevel } from '../statements/cost-level.ts'
import { callsOf } from './calls-of.ts'

/** What a rule found in the body of one function. */
export interface Spot {
  /** At the least; what the function costs may raise it. @defaultValue 'INFO' */
  level?: FindingLevel
  summary: string
  /** Continues a sentence that begins with the function's name. */
  what: string
  remediation: string
  /** Lines of the body. */
  lines?: readonly (number | null)[]
  evidence?: Finding['evidence']
}

/** A function whose body could be read. */
export type ReadFunction = FunctionBody & { body: RoutineBody }

/** Makes a rule that looks into the bodies of functions, one finding a function. */
export function bodyRule(definition: {
  name: string
  title: string
  description: string
  /** @defaultValue ['PERFORMANCE'] */
  categories?: Finding['categories']
  find: (one: ReadFunction, facts: Partial<Facts>) => Spot | null
}): Rule {
  const { name, title, description, categories, find } = definition
  return defineRule({
    name,
    title,
    description,
    examines: 'functions',
    needs: ['functionBodies'],
    uses: ['statements', 'tables', 'access', 'columns'],
    schemaOnly: true,
    judge(facts) {
      const known = facts.functionBodies.flatMap((one) =>
        one.body === null ? [] : [{ ...one, body: one.body }],
      )
      const findings = known.flatMap((one) => {
        const spot = find(one, facts)
        return spot === null ? [] : [finding({ name, title, categories }, one, spot, facts)]
      })
      return { examined: known.length, findings }
    },
  })
}

function finding(
  {
    name,
    title,
    categories,
  }: { name: string; title: string; categories: Finding['categories'] | undefined },
  one: ReadFunction,
  spot: Spot,
  facts: Partial<Facts>,
): Finding {
  const use = usage(one, facts.statements)
  const least = spot.level ?? 'INFO'
  const lines = [...new Set((spot.lines ?? []).filter((line) => line !== null))]
  const at = lines.length === 0 ? '' : ` (line ${lines.slice(0, 5).join(', ')} of its body)`
  return objectFinding(
    { name, title },
    // Namesakes differ by their arguments.
    { type: 'function', schema: one.schema, name: `${one.name}(${one.arguments})` },
    {
      level: use === null ? least : moreSevere(least, use.level),
      ...(categories === undefined ? {} : { categories }),
      summary: spot.summary,
      detail: `${calledAs(one, facts)} ${spot.what}${at}.${use === null ? '' : use.words}`,
      remediation: spot.remediation,
      evidence: {
        ...spot.evidence,
        lines: lines.join(','),
        calls: use?.calls ?? null,
        total_ms: use?.totalMs ?? null,
      },
      metadata: { language: one.language, rpc: isRpc(one, facts) },
    },
  )
}

/** `RPC search_notes`, or the full name of what the API does not offer. */
function calledAs(one: FunctionBody, facts: Partial<Facts>): string {
  return isRpc(one, facts) ? `RPC ${one.name}` : `${quoteName(one.schema, one.name)}`
}

/** The API offers it: it can be called, and its schema is exposed. */
export function isRpc(one: FunctionBody, { access }: Partial<Facts>): boolean {
  const exposed = access?.exposedSchemas ?? ['public']
  return one.kind === 'function' && !one.trigger && exposed.includes(one.schema)
}

/** Its name and the types of its arguments, for `alter function`. */
export function signature({ schema, name, arguments: types }: FunctionBody): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}(${types})`
}

interface Usage {
  calls: number
  totalMs: number
  level: FindingLevel
  words: string
}

/** What the statements that call it cost; null if none is known. */
function usage(one: FunctionBody, window: WindowFacts | undefined): Usage | null {
  const callers = (window?.statements ?? []).filter(
    (statement) => statement.toplevel && callsOf(statement).has(one.name),
  )
  if (window === undefined || callers.length === 0) return null
  const calls = callers.reduce((sum, statement) => sum + statement.calls, 0)
  const totalMs = callers.reduce((sum, { total_ms }) => sum + total_ms, 0)
  const share = callers.reduce((sum, statement) => sum + statement.share, 0)
  const words = ` Statements that call it: ${plural(calls, 'call')}, ${formatMs(totalMs / Math.max(1, calls))} each, ${formatShare(share)} of the time.`
  return { calls, totalMs, level: costLevel(totalMs, window), words }
}

function moreSevere(a: FindingLevel, b: FindingLevel): FindingLevel {
  return findingLevels.indexOf(a) <= findingLevels.indexOf(b) ? a : b
}

/** A statement on one line, cut off if long. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 120 ? `${line.slice(0, 119)}…` : line
}

/** Rows of the largest of these tables; null if none of them is known. */
export function rowsOf(names: readonly string[], { tables }: Partial<Facts>): number | null {
  const wanted = new Set(names)
  const rows = (tables ?? [])
    .filter(({ schema, name }) => wanted.has(name) || wanted.has(`${schema}.${name}`))
    .flatMap(({ rows }) => rows ?? [])
  return rows.length === 0 ? null : Math.max(...rows)
}
