import { asAdmin } from '../../as-admin.ts'
import type { PlantedCase } from '../../planted-case.ts'
import { multiplePermissivePolicies } from './multiple-permissive-policies.ts'
import { nestedPolicies } from './nested-policies.ts'
import { policyAuthCallPerRow } from './policy-auth-call-per-row.ts'
import { policyFunctionOfColumn } from './policy-function-of-column.ts'
import { policyHidesIndex } from './policy-hides-index.ts'
import { policyRecursion } from './policy-recursion.ts'
import { policyStableCallPerRow } from './policy-stable-call-per-row.ts'
import { policyVolatileFunction } from './policy-volatile-function.ts'
import { policyWithoutRole } from './policy-without-role.ts'

/** Storage's tables are a team's to write policies on. */
const storage: PlantedCase = {
  rule: 'policy_auth_call_per_row',
  plant: ({ database }) =>
    asAdmin(
      database,
      `create policy "own files" on storage.objects for select to authenticated
        using (owner_id = auth.uid()::text)`,
    ),
  defects: ['storage.objects.own files'],
  decoys: [],
}

export const policyCases: readonly PlantedCase[] = [
  storage,
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
