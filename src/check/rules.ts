import { indexRules } from './indexes/index.ts'
import { platformRules } from './platform/index.ts'
import { policyRules } from './policies/index.ts'
import type { Rule } from './rule.ts'
import { scheduleRules } from './schedule/index.ts'
import { statementFamily } from './statements/index.ts'

/** Every rule, by family. Of one trouble, the rule that stands first names it. */
export const rules: readonly Rule[] = [
  ...indexRules,
  ...statementFamily,
  ...platformRules,
  ...scheduleRules,
  ...policyRules,
]
