/**
 * A real Postgres of our own, Supabase-shaped and thrown away after use: what `supascope start` and
 * the tests run on.
 */

export type { EmbeddedVersion } from './embedded.ts'
export { type Installation, preloadedLibraries, type Settings } from './installation.ts'
export { freePort } from './launch.ts'
export { localPassword, localUrl } from './local-url.ts'
export { defaultCacheFolder } from './place.ts'
export {
  type PostgresOptions,
  type PostgresServer,
  type StopMode,
  startPostgres,
} from './server.ts'
