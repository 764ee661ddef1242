import { ScopeError } from '../../errors.ts'
import type { FindingLevel } from '../../finding.ts'
import { judgeConfiguredBudgets } from '../budgets/judge-configured.ts'
import { printBudgets } from '../budgets/print-budgets.ts'
import { fails } from '../check/fails.ts'
import type { CommandContext } from '../context.ts'
import { deliverAndNote } from '../deliver/deliver-and-note.ts'

export interface BudgetsOptions {
  deliver?: boolean
  failOn?: Lowercase<FindingLevel>
}

export async function budgets(context: CommandContext, options: BudgetsOptions): Promise<number> {
  if (context.config.budgets.length === 0) {
    throw new ScopeError(
      'SCOPE_CONFIG',
      'the configuration has no budgets',
      "add one, as budgets: ['p95 of route GET /orders < 300 ms']: docs/budgets.md",
    )
  }
  const database = await context.open()
  context.log.status('judging the budgets…')
  const { judged, result } = await judgeConfiguredBudgets(database, context.config.budgets)
  await context.print(printBudgets(judged, context.format))
  const { failOn } = options
  if (options.deliver) await deliverAndNote(context, database, result)
  return fails(result.findings, failOn === undefined ? {} : { failOn }) ? 1 : 0
}
