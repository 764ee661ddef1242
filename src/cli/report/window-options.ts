import type { AskedWindow } from '../../collect/report/index.ts'
import { ScopeError } from '../../errors.ts'
import { parseMoment } from '../time-span.ts'

export interface WindowOptions {
  since?: string
  until?: string
  lifetime?: boolean
}

/**
 * Reads `--since` and `--until` against the clock that stamps the snapshots.
 *
 * @throws ScopeError SCOPE_USAGE
 */
export function askedWindow(options: WindowOptions, now: Date): AskedWindow {
  const { since, until, lifetime } = options
  if (lifetime === true && (since !== undefined || until !== undefined)) {
    throw new ScopeError(
      'SCOPE_USAGE',
      '--lifetime is the time since the reset of the statistics: it has no window',
      'leave out --lifetime, or --since and --until',
    )
  }
  const from = since === undefined ? null : parseMoment(since, '--since', now)
  const to = until === undefined ? null : parseMoment(until, '--until', now)
  if (from !== null && from >= (to ?? now)) {
    throw new ScopeError(
      'SCOPE_USAGE',
      to === null ? '--since is in the future' : '--until is not after --since',
      'give an end that is later than the begin',
    )
  }
  return { from, to }
}
