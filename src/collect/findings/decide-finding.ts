import { type Decision, decide, type StoredFinding } from '../../analyze/findings/index.ts'
import { type Database, readOnly, readWrite } from '../../db/index.ts'
import { ScopeError } from '../../errors.ts'
import { lockFindings, selectFindings, writeFindings } from './findings.sql.ts'

/** Every finding that is remembered, most recently seen first. */
export function readFindings(db: Database): Promise<StoredFinding[]> {
  return readOnly(db, selectFindings)
}

/** A finding before and after a decision; the same if it changed nothing. */
export interface Decided {
  before: StoredFinding
  after: StoredFinding
}

/**
 * Writes what a person decided about a finding.
 *
 * @param key - The finding's key, or the begin of one if only one begins so.
 * @throws ScopeError SCOPE_USAGE if there is none, or several.
 */
export function decideFinding(
  db: Database,
  key: string,
  decision: Decision,
  by: string,
): Promise<Decided> {
  return readWrite(db, async (trx) => {
    const at = await lockFindings(trx)
    const before = pick(await selectFindings(trx), key)
    const after = decide(before, decision, by, at)
    if (after !== before) await writeFindings(trx, [after])
    return { before, after }
  })
}

function pick(all: readonly StoredFinding[], key: string): StoredFinding {
  const exact = all.find(({ finding }) => finding.cacheKey === key)
  const alike = all.filter(({ finding }) => finding.cacheKey.startsWith(key))
  const [first] = alike
  if (exact !== undefined) return exact
  if (first !== undefined && alike.length === 1) return first
  if (alike.length === 0) {
    throw new ScopeError(
      'SCOPE_USAGE',
      `no finding has the key '${key}'`,
      'list the keys: supascope findings --all; what was never found can be ignored by check.ignore of the configuration',
    )
  }
  const some = alike.slice(0, 3).map(({ finding }) => finding.cacheKey)
  throw new ScopeError(
    'SCOPE_USAGE',
    `${alike.length} findings have a key that begins with '${key}'`,
    `give more of it: ${some.join(', ')}${alike.length > 3 ? '…' : ''}`,
  )
}
