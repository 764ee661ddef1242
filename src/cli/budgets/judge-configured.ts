import type { Budget } from '../../budget.ts'
import { type JudgedBudget, judgeBudgets } from '../../collect/budgets/index.ts'
import {
  type Capabilities,
  type Database,
  schemaProblem,
  schemaState,
  shippedMigrations,
} from '../../db/index.ts'
import { ScopeError } from '../../errors.ts'
import type { DeliverResultOptions } from '../deliver/deliver-result.ts'

export interface ConfiguredBudgets {
  judged: JudgedBudget[]
  /** For `deliverResult`: what is raised, and what has cleared just now. */
  result: DeliverResultOptions
}

/**
 * Judges the budgets of the configuration: for `supascope budgets` and for a job of `serve`, which
 * may call it as often as it likes. A scheduled job overrides `windowKey` by its planned time.
 *
 * @throws ScopeError SCOPE_SCHEMA_… if the schema is not there or not current.
 */
export async function judgeConfiguredBudgets(
  { db, capabilities }: { db: Database; capabilities: Capabilities },
  budgets: readonly Budget[],
): Promise<ConfiguredBudgets> {
  const problem = schemaProblem(schemaState(capabilities, await shippedMigrations()))
  if (problem !== null) throw new ScopeError(problem.code, problem.message, problem.hint)
  const { judged, now } = await judgeBudgets(db, budgets)
  const at = now.toISOString()
  return {
    judged,
    result: {
      kind: 'budgets',
      job: 'budgets',
      windowKey: at,
      database: capabilities.database,
      at,
      window: null,
      findings: judged.flatMap(({ finding }) => (finding === null ? [] : [finding])),
    },
  }
}
