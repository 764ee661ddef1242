/** Longest wait that a receiver may ask for, ms: beyond it, an answer is more likely a mistake. */
const longestMs = 3_600_000

/**
 * What a `Retry-After` header asks for, ms: seconds (Discord sends fractions) or an HTTP date. Null
 * if it says nothing that can be understood.
 *
 * @param now - ms since 1970
 */
export function retryAfterMs(header: string | null, now: number): number | null {
  const text = header?.trim() ?? ''
  if (text === '') return null
  const ms = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now
  return Number.isFinite(ms) && /\d/.test(text) ? Math.min(Math.max(ms, 0), longestMs) : null
}
