import type { Facts } from '../../facts/index.ts'
import type { Rule } from '../rule.ts'
import { bodyRule, isRpc, oneLine } from './body-rule.ts'

/** Changes of whole tables. See docs/findings/function_write_without_where.md. */
export const writeWithoutWhere: Rule = bodyRule({
  name: 'function_write_without_where',
  title: 'Changes every row',
  description: 'Finds functions that update or delete all rows of a table.',
  categories: ['PERFORMANCE', 'RELIABILITY'],
  find(one, facts) {
    const all = one.body.statements.filter(({ unbounded }) =>
      unbounded.some((table) => isTable(table, facts)),
    )
    const [first] = all
    if (first === undefined) return null
    const table = first.unbounded.find((name) => isTable(name, facts)) ?? ''
    return {
      level: isRpc(one, facts) ? 'WARN' : 'INFO',
      summary: `every row of ${table}`,
      what: `changes every row of ${table}: \`${oneLine(first.text)}\``,
      remediation:
        first.verb === 'delete'
          ? `-- if the table is to be emptied:\ntruncate ${table};\n-- else give it a condition; if all rows are meant, say so: where true`
          : '-- give it a condition that leaves out rows that are so already (where … is distinct from …); each changed row is written anew',
      lines: all.map(({ line }) => line),
      evidence: { table },
    }
  },
})

/** A table that lasts: temporary ones are not in the facts. Without facts, any. */
function isTable(name: string, { tables }: Partial<Facts>): boolean {
  if (tables === undefined) return true
  return tables.some((one) => one.name === name || `${one.schema}.${one.name}` === name)
}
