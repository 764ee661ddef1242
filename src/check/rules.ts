import { indexRules } from './indexes/index.ts'
import type { Rule } from './rule.ts'
import { scheduleRules } from './schedule/index.ts'
import { statementRules } from './statements/index.ts'

/** Every rule, by family. Of one trouble, the rule that stands first names it. */
export const rules: readonly Rule[] = [...indexRules, ...statementRules, ...scheduleRules]
