import type { Rule } from '../rule.ts'
import { bodyRule, oneLine, rowsOf } from './body-rule.ts'

/** Rows from which a call for each of them counts. */
const manyRows = 10_000

/** Who calls, asked for once a row. See docs/findings/function_auth_per_row.md. */
export const authPerRow: Rule = bodyRule({
  name: 'function_auth_per_row',
  title: 'Asks who calls once a row',
  description:
    'Finds statements in functions whose conditions call auth.uid() and the like once a row.',
  find({ body }, facts) {
    const found = body.statements.filter(({ perRow }) => perRow.length > 0)
    const [first] = found
    if (first === undefined) return null
    const call = first.perRow[0] ?? ''
    const rows = rowsOf(
      found.flatMap(({ tables }) => tables),
      facts,
    )
    return {
      level: rows !== null && rows >= manyRows ? 'WARN' : 'INFO',
      summary: `${call}() for each row`,
      what: `calls ${call}() in a condition, which is once a row unless an index takes the comparison: \`${oneLine(first.text)}\``,
      remediation: `-- ask once, in a sub-select that depends on nothing:\nwhere … = (select ${call}(…))\n-- or, in PL/pgSQL, before: declare me constant uuid := auth.uid();`,
      lines: found.map(({ line }) => line),
      evidence: { statements: found.length, rows },
    }
  },
})
