import { activityRules } from './activity/index.ts'
import { functionRules } from './functions/index.ts'
import { indexRules } from './indexes/index.ts'
import { platformRules } from './platform/index.ts'
import { policyRules } from './policies/index.ts'
import type { Rule } from './rule.ts'
import { scheduleRules } from './schedule/index.ts'
import { securityRules } from './security/index.ts'
import { statementFamily } from './statements/index.ts'
import { tableRules } from './tables/index.ts'

/** Every rule, by family. Of one trouble, the rule that stands first names it. */
export const rules: readonly Rule[] = [
  ...indexRules,
  ...tableRules,
  ...statementFamily,
  ...platformRules,
  ...scheduleRules,
  ...policyRules,
  ...securityRules,
  ...activityRules,
  ...functionRules,
]
