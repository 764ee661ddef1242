/** How rules of other families read a policy. */
export { constant, names, uncovered } from './anonymous.ts'
export { type Applying, applying, type Command, isFor } from './applying.ts'
export { truthOf } from './constant-truth.ts'
export { columnName, conditionsOf } from './expression.ts'
export { conjuncts } from './index-condition.ts'
export { ownPolicies } from './own-policies.ts'
