import { fingerprintSync } from 'libpg-query'
import { unparsable } from './parse-sql.ts'

/**
 * The same for statements that differ in constants, parameters, blanks, comments and the length of
 * lists; null for what does not parse. Names count as they are written.
 */
export function fingerprint(text: string): string | null {
  if (unparsable(text) !== null) return null
  try {
    const result = fingerprintSync(text)
    // Some failures of the parser come back as if they were a result.
    return /^[0-9a-f]{16}$/.test(result) ? result : null
  } catch {
    return null
  }
}
