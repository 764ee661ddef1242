import { ownMarker, redactStatement, type WindowStatement } from '../analyze/index.ts'
import { type Capabilities, type Database, readOnly } from '../db/index.ts'
import { readLiveTexts } from './read-live-texts.sql.ts'
import { requireStatistics } from './require-statistics.ts'

/**
 * Gives statements without a text the one that the server has. Snapshots read texts only now and
 * then; who looks at a report wants to know now. Statements that turn out to be Supascope's own are
 * left out. Costs nothing if no text is missing; stores nothing.
 *
 * @throws ScopeError whatever {@link requireStatistics} says.
 */
export async function withLiveTexts(
  db: Database,
  capabilities: Capabilities,
  statements: readonly WindowStatement[],
): Promise<WindowStatement[]> {
  const missing = statements.filter(({ text }) => text === null).map(({ queryid }) => queryid)
  if (missing.length === 0) return [...statements]
  const { schema } = requireStatistics(capabilities)
  const texts = await readOnly(db, (trx) => readLiveTexts(trx, schema, [...new Set(missing)]))
  return statements.flatMap((statement) => {
    const live = statement.text === null ? texts.get(statement.queryid) : undefined
    if (live === undefined) return [statement]
    return live.includes(ownMarker) ? [] : [{ ...statement, text: redactStatement(live) }]
  })
}
