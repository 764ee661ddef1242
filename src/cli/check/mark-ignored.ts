import { isWanted } from '../../check/index.ts'
import type { Finding } from '../../finding.ts'

/**
 * Marks what was asked to be ignored: by rule (`unused_index`, `index_*`) or by the key of one
 * finding (`unused_index:public.t.i`). It stays in the result, and fails nothing.
 */
export function markIgnored<F extends Finding>(
  findings: readonly F[],
  ignore: readonly string[],
): F[] {
  if (ignore.length === 0) return [...findings]
  return findings.map((finding) => {
    const ignored = isWanted(finding.name, ignore) || ignore.includes(finding.cacheKey)
    return ignored ? { ...finding, state: 'ignored' } : finding
  })
}
