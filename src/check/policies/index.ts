/** Rules on row level security: what a policy costs, and whether it can work. */
import type { Rule } from '../rule.ts'
import { multiplePermissivePolicies } from './multiple-permissive-policies.ts'
import { nestedPolicies } from './nested-policies.ts'
import { policyAuthCallPerRow } from './policy-auth-call-per-row.ts'
import { policyFunctionOfColumn } from './policy-function-of-column.ts'
import { policyHidesIndex } from './policy-hides-index.ts'
import { policyRecursion } from './policy-recursion.ts'
import { policyStableCallPerRow } from './policy-stable-call-per-row.ts'
import { policyVolatileFunction } from './policy-volatile-function.ts'
import { policyWithoutRole } from './policy-without-role.ts'

export const policyRules: readonly Rule[] = [
  policyAuthCallPerRow,
  policyStableCallPerRow,
  policyFunctionOfColumn,
  policyVolatileFunction,
  policyHidesIndex,
  multiplePermissivePolicies,
  policyWithoutRole,
  policyRecursion,
  nestedPolicies,
]
