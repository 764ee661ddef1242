import type { Facts } from '../../facts/index.ts'
import type { Rule } from '../rule.ts'
import { bodyRule, oneLine } from './body-rule.ts'

/** A table is wide from so many columns on. */
const wide = 8

/** Whole rows that are read into a variable. See docs/findings/function_select_star.md. */
export const selectStar: Rule = bodyRule({
  name: 'function_select_star',
  title: 'Reads every column',
  description: 'Finds functions that read all columns of a wide table into a variable.',
  find({ body }, facts) {
    const whole = body.statements.filter(({ star, intoRecord }) => star && intoRecord !== null)
    const [first] = whole.filter(({ tables }) => columnsOf(tables, facts) >= wide)
    if (first === undefined) return null
    const columns = columnsOf(first.tables, facts)
    return {
      summary: `${columns} columns into ${first.intoRecord}`,
      what: `reads all ${columns} columns of ${first.tables.join(', ')} into ${first.intoRecord}: \`${oneLine(first.text)}\``,
      remediation: `-- name the columns that are used: no index-only scan and no saving of large values otherwise\nselect <columns> into ${first.intoRecord} from ${first.tables.join(', ')} …;`,
      lines: [first.line],
      evidence: { columns },
    }
  },
})

function columnsOf(names: readonly string[], { tables, columns }: Partial<Facts>): number {
  const wanted = new Set(names)
  const oids = new Set(
    (tables ?? [])
      .filter(({ schema, name }) => wanted.has(name) || wanted.has(`${schema}.${name}`))
      .map(({ oid }) => oid),
  )
  return (columns ?? []).filter(({ tableOid }) => oids.has(tableOid)).length
}
