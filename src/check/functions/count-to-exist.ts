import type { Rule } from '../rule.ts'
import { bodyRule, rowsOf } from './body-rule.ts'

const manyRows = 10_000

/** Counts of which only zero matters. See docs/findings/function_count_to_exist.md. */
export const countToExist: Rule = bodyRule({
  name: 'function_count_to_exist',
  title: 'Counts to learn whether there is any',
  description: 'Finds functions that count rows only to compare the count with nothing.',
  find({ body }, facts) {
    const { countsToExist, statements } = body
    if (countsToExist.length === 0) return null
    const counted = statements.filter((one) => one.counts || one.countsToExist)
    const rows = rowsOf(
      counted.flatMap(({ tables }) => tables),
      facts,
    )
    return {
      level: rows !== null && rows >= manyRows ? 'WARN' : 'INFO',
      summary: 'count(*) where exists() would do',
      what: 'counts rows only to learn whether there is any: the count reads all of them, exists() stops at the first',
      remediation:
        '-- instead of (select count(*) from t where …) > 0:\nexists (select from t where …)',
      lines: countsToExist,
      evidence: { counts: countsToExist.length, rows },
    }
  },
})
