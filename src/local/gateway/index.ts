/**
 * A double of PostgREST behind Supabase's API gateway, for the local stack: PostgREST itself can't
 * be brought by npm. It answers what supabase-js's simple calls send, with SQL of PostgREST's shape
 * run as PostgREST runs it: the role and claims of the token, its settings, one transaction. What it
 * does not know it refuses with PGRST127. cases/ holds what it is held to, and where from.
 */
export { type Gateway, type GatewayOptions, startGateway } from './gateway.ts'
export { type Claims, signToken } from './jwt.ts'
