import { indexRules } from './indexes/index.ts'
import type { Rule } from './rule.ts'
import { statementRules } from './statements/index.ts'

/** Every rule, by family. Of one trouble, the rule that stands first names it. */
export const rules: readonly Rule[] = [...indexRules, ...statementRules]
