import { ScopeError } from '../../errors.ts'

const fullDisk = /no space left on device|disk quota exceeded|ENOSPC|EDQUOT/i

/** A failure of the local server as an error with a remedy; a full disk is told from the rest. */
export function localFailure(cause: unknown, what: string, hint: string): ScopeError {
  if (cause instanceof ScopeError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  if (fullDisk.test(reason)) {
    return new ScopeError(
      'SCOPE_DISK_FULL',
      `${what}: the disk is full`,
      'free some 200 MB where the cache folder lies; nothing half-written is left behind',
      { cause },
    )
  }
  return new ScopeError('SCOPE_LOCAL_FAILED', `${what}: ${lastLine(reason)}`, hint, { cause })
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
