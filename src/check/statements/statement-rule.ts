import type { WindowFacts } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import type { StatementFlag } from '../../report.ts'
import { defineRule, type Rule } from '../rule.ts'
import { judgedStatements } from './statement-finding.ts'

/** A rule on the statements of a window. The report runs those that set a flag. */
export interface StatementRule extends Rule {
  flag: StatementFlag | null
  find(facts: WindowFacts): Finding[]
}

/**
 * Makes a rule of a function of the window. All of them speak of one trouble, the statement's: the
 * first in the registry names it. How long the window must be is settled where it is read.
 */
export function statementRule(
  definition: Pick<Rule, 'name' | 'title' | 'description'> & {
    /** @defaultValue null */
    flag?: StatementFlag
    find: (facts: WindowFacts) => Finding[]
  },
): StatementRule {
  const { name, title, description, flag = null, find } = definition
  const rule = defineRule({
    name,
    title,
    description,
    examines: 'statements',
    needs: ['statements'],
    trouble: 'statement',
    judge: ({ statements }) => ({
      examined: statements.statements.length,
      subjects: judgedStatements(name, statements),
      findings: find(statements),
    }),
  })
  return { ...rule, flag, find }
}
