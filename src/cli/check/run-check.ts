import { type CheckOptions, isWanted, type JudgedRule, rules, runRules } from '../../check/index.ts'
import type { CheckReport } from '../../check-report.ts'
import { readFacts } from '../../collect/catalog/index.ts'
import { type StatementReading, withStatements } from '../../collect/report/index.ts'
import { defaults } from '../../config.ts'
import type { FactName, SeenFacts } from '../../facts/index.ts'
import type { OpenDatabase } from '../context.ts'

/** How a check is run, besides what it looks for. */
export interface RunCheckOptions extends CheckOptions {
  /** Told of the progress in words. */
  onProgress?: (words: string) => void
  /** What statements are judged by. @defaultValue the defaults of the configuration */
  thresholds?: StatementReading['thresholds']
}

/** A report with what each rule judged: settling the states needs it, and takes it out. */
export type JudgedReport = Omit<CheckReport, 'examined'> & { examined: JudgedRule[] }

/**
 * Reads the facts that the wanted rules need, and judges them. Reads only.
 *
 * @throws ScopeError SCOPE_DB_UNREACHABLE; a probe that fails only leaves its rules unexamined.
 */
export async function runCheck(
  database: Pick<OpenDatabase, 'db' | 'capabilities'>,
  options: RunCheckOptions = {},
): Promise<JudgedReport> {
  const facts = await seeFacts(database, options)
  const { server } = facts.seen
  const now = server?.now ?? new Date().toISOString()
  const context = { now, statisticsMinutes: statisticsMinutes(facts, now) }
  return {
    schema: 1,
    generated_at: now,
    database: {
      name: database.capabilities.database,
      server_version: database.capabilities.server.version,
      statistics_since: server?.statisticsSince ?? null,
    },
    ...runRules(rules, facts, context, options),
  }
}

/** Statements are read over a window, as the report reads them; all else is as it is now. */
async function seeFacts(
  database: Pick<OpenDatabase, 'db' | 'capabilities'>,
  options: RunCheckOptions,
): Promise<SeenFacts> {
  const only = neededFacts(options)
  const probed = await readFacts(database.db, database.capabilities, {
    only,
    onProbe: (name, place, of) => options.onProgress?.(`looking at ${name} (${place + 1}/${of})…`),
  })
  if (!only.has('statements')) return probed
  options.onProgress?.('looking at statements…')
  const { top, thresholds } = defaults
  return withStatements(probed, database, { top, thresholds: options.thresholds ?? thresholds })
}

/** The server's state is always wanted: the gates judge by it. */
function neededFacts({ only, schemaOnly }: CheckOptions): ReadonlySet<FactName> {
  const wanted = rules
    .filter((rule) => isWanted(rule.name, only))
    .filter((rule) => schemaOnly !== true || rule.schemaOnly)
  return new Set<FactName>(['server', ...wanted.flatMap(({ needs, uses }) => [...needs, ...uses])])
}

/** Counters that were never reset count since the server started, at the least. */
function statisticsMinutes({ seen: { server } }: SeenFacts, now: string): number | null {
  if (server === undefined) return null
  const since = server.statisticsSince ?? server.startedAt
  return (Date.parse(now) - Date.parse(since)) / 60_000
}
