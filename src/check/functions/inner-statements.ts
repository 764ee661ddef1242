import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import type { FunctionBody } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatMs, plural } from '../../quantity.ts'
import { quoteName } from '../../quote.ts'
import { fingerprint } from '../../syntax/index.ts'
import { defineRule, type Rule } from '../rule.ts'
import { isJudged } from '../statements/cost-level.ts'
import { statementFinding } from '../statements/statement-finding.ts'
import { oneLine } from './body-rule.ts'
import { callsOf } from './calls-of.ts'

const name = 'function_inner_statements'
const title = 'Statements inside a function'

/** What hides behind the call of a function. See docs/findings/function_inner_statements.md. */
export const innerStatements: Rule = defineRule({
  name,
  title,
  description: 'Says which statements run inside the functions that slow statements call.',
  examines: 'slow statements',
  needs: ['statements', 'functionBodies'],
  trouble: 'statement',
  judge({ statements: window, functionBodies }) {
    const slow = window.statements.filter((one) => isSlow(one, window))
    const byName = Map.groupBy(
      functionBodies.filter(({ trigger }) => !trigger),
      ({ name }) => name,
    )
    const byFingerprint = fingerprints(functionBodies)
    return {
      examined: slow.length,
      findings: slow.flatMap((one) =>
        one.toplevel ? contents(one, byName) : whereabouts(one, byFingerprint),
      ),
    }
  },
})

/** As slow_statement judges it. */
function isSlow(one: StatementFacts, window: WindowFacts): boolean {
  return one.text !== null && one.mean_ms >= window.thresholds.slowMeanMs && isJudged(one, window)
}

function contents(
  statement: StatementFacts,
  byName: ReadonlyMap<string, readonly FunctionBody[]>,
): Finding[] {
  const called = [...callsOf(statement)].flatMap((call) => byName.get(call) ?? [])
  const inner = called.flatMap(({ body }) => body?.statements ?? [])
  const unseen = called.filter(({ body }) => body === null || body.dynamic.length > 0)
  if (called.length === 0 || (inner.length === 0 && unseen.length === 0)) return []
  const names = called.map((one) => quoteName(one.schema, one.name)).join(', ')
  const shown = inner
    .slice(0, 3)
    .map(({ line, text }) => `${line === null ? '' : `line ${line}: `}${oneLine(text)}`)
  const more = inner.length > 3 ? ` and ${inner.length - 3} more` : ''
  const hidden =
    unseen.length === 0
      ? ''
      : ` What ${unseen.map((one) => `${quoteName(one.schema, one.name)} ${why(one)}`).join(', ')} is not known.`
  return [
    statementFinding(statement, {
      name,
      title,
      level: 'INFO',
      summary: `${plural(inner.length, 'statement')} of ${names}: ${shown.join('; ')}${more}`,
      detail: `${statement.label} (${formatMs(statement.mean_ms)} a call) spends its time in ${names}, which runs: ${shown.join('; ')}${more}.${hidden}`,
      remediation: `-- its statements are planned one by one: explain each as ${statement.role}, with values as the function gets them`,
      evidence: {
        inner_functions: names,
        inner_statements: inner.length,
        inner_tables: [...new Set(inner.flatMap(({ tables }) => tables))].join(', '),
        not_seen: unseen.length,
      },
    }),
  ]
}

function why({ error, body }: FunctionBody): string {
  return error === null
    ? `puts together in line ${body?.dynamic.slice(0, 3).join(', ')}`
    : `does (${error})`
}

interface Spot {
  one: FunctionBody
  line: number | null
}

function fingerprints(bodies: readonly FunctionBody[]): Map<string, Spot[]> {
  const spots = bodies.flatMap((one) =>
    (one.body?.statements ?? []).flatMap((statement) =>
      statement.fingerprint === null
        ? []
        : [{ key: statement.fingerprint, one, line: statement.line }],
    ),
  )
  return Map.groupBy(spots, ({ key }) => key)
}

/** The text of a nested statement is that of its function, with parameters for constants. */
function whereabouts(
  statement: StatementFacts,
  byFingerprint: ReadonlyMap<string, readonly Spot[]>,
): Finding[] {
  const spots = asFunctionsHaveIt(statement.text ?? '').flatMap((text) => {
    return byFingerprint.get(fingerprint(text) ?? '') ?? []
  })
  if (spots.length === 0) return []
  const places = spots.map(
    ({ one, line }) => `${quoteName(one.schema, one.name)}${line === null ? '' : ` line ${line}`}`,
  )
  return [
    statementFinding(statement, {
      name,
      title,
      level: 'INFO',
      summary: `runs in ${places.slice(0, 3).join(', ')}`,
      detail: `${statement.label} runs inside ${places.slice(0, 3).join(', ')}.`,
      remediation: '-- mend it where it stands: create or replace function …',
      evidence: { inner_functions: places.join(', ') },
    }),
  ]
}

/** PL/pgSQL runs expressions too: `exists (…)`, and `variable := …` with what it assigns. */
function asFunctionsHaveIt(text: string): string[] {
  const [assignment] = /^[\w$".[\]]+\s*:?=/.exec(text) ?? []
  const value = assignment === undefined ? [] : [`select ${text.slice(assignment.length)}`]
  return [text, ...value, `select ${text}`]
}
