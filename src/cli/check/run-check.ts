import { type CheckOptions, isWanted, type JudgedRule, rules, runRules } from '../../check/index.ts'
import type { CheckReport } from '../../check-report.ts'
import { readFacts } from '../../collect/catalog/index.ts'
import type { FactName, SeenFacts } from '../../facts/index.ts'
import type { OpenDatabase } from '../context.ts'

/** How a check is run, besides what it looks for. */
export interface RunCheckOptions extends CheckOptions {
  /** Told of the progress in words. */
  onProgress?: (words: string) => void
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
  const facts = await readFacts(database.db, database.capabilities, {
    only: neededFacts(options),
    onProbe: (name, place, of) => options.onProgress?.(`looking at ${name} (${place + 1}/${of})…`),
  })
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
