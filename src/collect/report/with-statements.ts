import { type WindowFacts, windowFacts } from '../../analyze/index.ts'
import { ScopeError } from '../../errors.ts'
import type { SeenFacts } from '../../facts/index.ts'
import { requireStatistics } from '../require-statistics.ts'
import { type ReportReading, readReportInput, type Watched } from './read-report-input.ts'

export interface StatementReading extends ReportReading {
  /** A window shorter than this says nothing yet. @defaultValue 15 */
  leastMinutes?: number
}

const defaultLeastMinutes = 15

/**
 * Adds what the statements of a window did to the facts that the probes brought: of the stored
 * snapshots where they cover enough time, else of the counters since the last reset. What can't be
 * read, or is too young to judge by, stays unseen, with the reason.
 */
export async function withStatements(
  { seen, unseen }: SeenFacts,
  database: Watched,
  options: StatementReading,
): Promise<SeenFacts> {
  const least = options.leastMinutes ?? defaultLeastMinutes
  try {
    requireStatistics(database.capabilities)
    const statements = await readLongEnough(database, options, least)
    const minutes = statements.minutes ?? least
    if (minutes >= least) return { seen: { ...seen, statements }, unseen }
    const why = `the statements were counted for ${Math.floor(minutes)} min only: too short to judge by`
    const remedy = `run the check again in ${Math.ceil(least - minutes)} min`
    return { seen, unseen: { ...unseen, statements: { why, remedy } } }
  } catch (error) {
    if (!(error instanceof ScopeError) || error.code === 'SCOPE_DB_UNREACHABLE') throw error
    return { seen, unseen: { ...unseen, statements: { why: error.message, remedy: error.hint } } }
  }
}

/** Whoever has just begun to store snapshots has older counters to judge by. */
async function readLongEnough(
  database: Watched,
  options: StatementReading,
  least: number,
): Promise<WindowFacts> {
  const facts = windowFacts(await readReportInput(database, options))
  const { minutes, window } = facts
  if (minutes === null || minutes >= least || window.source === 'lifetime') return facts
  return windowFacts(await readReportInput(database, { ...options, lifetime: true }))
}
