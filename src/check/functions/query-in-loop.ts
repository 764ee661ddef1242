import type { Rule } from '../rule.ts'
import { bodyRule, oneLine } from './body-rule.ts'

/** Statements that run once for each row or element. See docs/findings/function_query_in_loop.md. */
export const queryInLoop: Rule = bodyRule({
  name: 'function_query_in_loop',
  title: 'Query in a loop',
  description: 'Finds functions that run a statement once for each row of a loop.',
  find({ body }) {
    const inside = body.statements.filter(({ loops }) => loops > 0)
    const [first] = inside.toSorted((a, b) => b.loops - a.loops)
    if (first === undefined) return null
    const looped = body.statements.find(({ loopQuery }) => loopQuery)
    const nested = first.loops > 1 ? `, in ${first.loops} loops within each other` : ''
    const over = looped === undefined ? '' : ` over ${oneLine(looped.text)}`
    return {
      level: first.loops > 1 ? 'WARN' : 'INFO',
      summary: `${inside.length} in a loop`,
      what: `runs \`${oneLine(first.text)}\` once for each turn of a loop${over}${nested}`,
      remediation: remedy(first.verb, first.tables[0] ?? 'the_table'),
      lines: inside.map(({ line }) => line),
      evidence: { statements_in_loops: inside.length, deepest_loop: first.loops },
    }
  },
})

function remedy(verb: string, table: string): string {
  switch (verb) {
    case 'insert':
      return `-- all rows in one statement instead of the loop:\ninsert into ${table} (…) select … from <what the loop reads>;`
    case 'update':
      return `-- all rows in one statement instead of the loop:\nupdate ${table} as t set … from <what the loop reads> as s where t.… = s.…;`
    case 'delete':
      return `-- all rows in one statement instead of the loop:\ndelete from ${table} as t using <what the loop reads> as s where t.… = s.…;`
    default:
      return `-- join what the loop reads with what it asks, and go through the result, if at all:\nselect … from <what the loop reads> as s join ${table} as t on t.… = s.…;`
  }
}
