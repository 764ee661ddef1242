/**
 * Supascope's own types, for scripts that read its JSON and for `supascope.config.ts`.
 * The program itself is the command `supascope`.
 */
export type * from './check-report.ts'
export { type Config, defineConfig, type UserConfig } from './config.ts'
export type { ErrorCode, ScopeError } from './errors.ts'
export type { Finding, FindingCategory, FindingLevel, FindingState } from './finding.ts'
export type * from './report.ts'
