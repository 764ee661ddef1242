import type { Rule } from '../rule.ts'
import { redundancyRule } from './not-needed.ts'

/** Plain indexes on what is unique anyway. See docs/findings/index_doubles_constraint.md. */
export const indexDoublesConstraint: Rule = redundancyRule({
  name: 'index_doubles_constraint',
  title: 'Index doubles a constraint',
  description: 'Finds plain indexes on the columns of a primary key or of a unique index.',
  kind: 'constraint',
  says: ({ keeper }) => `has the columns of the ${keeper.primary ? 'primary key' : 'unique index'}`,
})
