/** What samples of sessions tell: who holds them, who blocks whom, how statements ended. */
export { blockingRoots, type Wait, waitingBehind } from './blocking.ts'
export {
  type EpisodeEnd,
  episodeEnd,
  followUpMs,
  type LaterSession,
  type Outcome,
  type SeenStatement,
} from './episode-end.ts'
export { type Pool, poolOf } from './pool.ts'
export {
  apiTimeouts,
  possibleTimeouts,
  type RoleTimeout,
  type StoredSetting,
  settingMs,
  timeoutOf,
} from './role-timeouts.ts'
