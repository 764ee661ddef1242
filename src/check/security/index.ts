/** Rules on security: what the API shows to whom, and what stops an upgrade of the platform. */
import type { Rule } from '../rule.ts'
import { anonSecurityDefinerFunctionExecutable } from './anon-security-definer-function-executable.ts'
import { authUsersExposed } from './auth-users-exposed.ts'
import { authenticatedSecurityDefinerFunctionExecutable } from './authenticated-security-definer-function-executable.ts'
import { extensionInPublic } from './extension-in-public.ts'
import { extensionVersionsOutdated } from './extension-versions-outdated.ts'
import { fkeyToAuthUnique } from './fkey-to-auth-unique.ts'
import { foreignTableInApi } from './foreign-table-in-api.ts'
import { functionSearchPathMutable } from './function-search-path-mutable.ts'
import { insecureQueueExposedInApi } from './insecure-queue-exposed-in-api.ts'
import { materializedViewInApi } from './materialized-view-in-api.ts'
import { pgGraphqlAnonTableExposed } from './pg-graphql-anon-table-exposed.ts'
import { pgGraphqlAuthenticatedTableExposed } from './pg-graphql-authenticated-table-exposed.ts'
import { policyExistsRlsDisabled } from './policy-exists-rls-disabled.ts'
import { publicBucketAllowsListing } from './public-bucket-allows-listing.ts'
import { rlsDisabledInPublic } from './rls-disabled-in-public.ts'
import { rlsEnabledNoPolicy } from './rls-enabled-no-policy.ts'
import { rlsPolicyAlwaysTrue } from './rls-policy-always-true.ts'
import { rlsReferencesUserMetadata } from './rls-references-user-metadata.ts'
import { securityDefinerView } from './security-definer-view.ts'
import { sensitiveColumnsExposed } from './sensitive-columns-exposed.ts'
import { unsupportedRegTypes } from './unsupported-reg-types.ts'

export const securityRules: readonly Rule[] = [
  authUsersExposed,
  securityDefinerView,
  materializedViewInApi,
  foreignTableInApi,
  sensitiveColumnsExposed,
  policyExistsRlsDisabled,
  rlsDisabledInPublic,
  rlsEnabledNoPolicy,
  rlsPolicyAlwaysTrue,
  rlsReferencesUserMetadata,
  anonSecurityDefinerFunctionExecutable,
  authenticatedSecurityDefinerFunctionExecutable,
  functionSearchPathMutable,
  insecureQueueExposedInApi,
  publicBucketAllowsListing,
  pgGraphqlAnonTableExposed,
  pgGraphqlAuthenticatedTableExposed,
  extensionInPublic,
  extensionVersionsOutdated,
  fkeyToAuthUnique,
  unsupportedRegTypes,
]
