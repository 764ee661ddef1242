import { asAdmin } from '../../as-admin.ts'
import type { PlantedCase } from '../../planted-case.ts'
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

/** What PostgREST serves here; what else the cases of this family share. */
const surroundings: PlantedCase = {
  rule: 'extension_in_public',
  plant: async ({ database, client }) => {
    const schemas = 'public, graphql_public, sec_api, pgmq_public'
    await asAdmin(
      database,
      `alter role authenticator in database ${database.name} set pgrst.db_schemas = '${schemas}'`,
    )
    await client.query('create schema sec_api; create extension pg_trgm with schema public')
    return undefined
  },
  defects: ['public.pg_trgm'],
  decoys: [],
}

export const securityCases: readonly PlantedCase[] = [
  surroundings,
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
