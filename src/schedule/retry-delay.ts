const firstMs = 2_000
const longestMs = 60_000

/**
 * How long to wait after an attempt that failed, ms: twice as long each time, up to a minute, and of
 * that a random half, so that those who failed together do not come back together.
 *
 * @param attempt the one that failed, 1 at first
 * @param random from 0 to 1
 */
export function retryDelayMs(attempt: number, random: number): number {
  const full = Math.min(firstMs * 2 ** Math.min(attempt - 1, 30), longestMs)
  return full / 2 + (full / 2) * random
}
