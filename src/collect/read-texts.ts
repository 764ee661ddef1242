import { gapFlags, mayResetStatistics, redactStatement } from '../analyze/index.ts'
import { type Database, databaseError, readWrite, type Trx } from '../db/index.ts'
import type { ScopeError } from '../errors.ts'
import {
  flagResets,
  lockTexts,
  readMissedTexts,
  readTexts,
  rememberForeignCalls,
  rememberResets,
  storeTexts,
  type TextRow,
  textsWereRead,
} from './statement-texts.sql.ts'

export interface TextResult {
  newTexts: number
  textError: ScopeError | null
}

const unreadable = '<insufficient privilege>'

/**
 * Reads the texts of statements that have none yet, if there are any and the last time is long
 * enough ago: the server loads the whole file of texts for that, however few are wanted.
 *
 * In a transaction of its own, after the snapshot's: a huge file of texts must not cost numbers.
 */
export async function readMissingTexts(
  db: Database,
  schema: string,
  intervalSeconds: number,
): Promise<TextResult> {
  try {
    const newTexts = await readWrite(db, (trx) => read(trx, schema, intervalSeconds))
    return { newTexts, textError: null }
  } catch (error) {
    return { newTexts: 0, textError: databaseError(error) }
  }
}

async function read(trx: Trx, schema: string, intervalSeconds: number): Promise<number> {
  const { due, lastReadAt } = await lockTexts(trx, intervalSeconds)
  if (!due) return 0
  const rows = await readTexts(trx, schema)
  const texts = rows.filter(({ own, query }) => own && query !== unreadable)
  await storeTexts(
    trx,
    texts.map(({ queryid, query }) => ({ queryid, query: redactStatement(query) })),
  )
  await noticeResets(trx, rows, lastReadAt)
  await textsWereRead(trx)
  return texts.length
}

/** The texts tell which statements may reset single entries, and so what the numbers could not. */
async function noticeResets(
  trx: Trx,
  rows: readonly TextRow[],
  lastReadAt: string | null,
): Promise<void> {
  const resets = rows.filter(({ query }) => mayResetStatistics(query))
  const queryids = [...new Set(resets.map(({ queryid }) => queryid))]
  if (queryids.length > 0 && (await rememberResets(trx, queryids))) {
    const foreign = resets.filter(({ own }) => !own)
    const everywhere = foreign.length > 0
    // What was called before the first snapshot is no news. Later the next interval gets the doubt
    // too: the call may have come after the numbers were read.
    if (lastReadAt === null) {
      await rememberForeignCalls(
        trx,
        foreign.reduce((sum, { calls }) => sum + calls, 0),
      )
    }
    const gap = gapFlags.targetedReset
    await flagResets(trx, { queryids, since: lastReadAt, everywhere, gap })
  }
  // Evicted between the numbers and the texts: what it was nobody will know.
  const missed = await readMissedTexts(trx)
  if (missed.length === 0) return
  await flagResets(trx, { queryids: missed, since: lastReadAt, gap: gapFlags.evicted })
}
