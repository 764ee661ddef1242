import type { CommandContext, OpenDatabase } from '../context.ts'
import {
  type DeliverResultOptions,
  deliverResult,
  deliveryProblem,
  describeOutcome,
} from './deliver-result.ts'

/**
 * Delivers what a one-shot command has printed, and says on standard error what became of it.
 *
 * @throws ScopeError SCOPE_DELIVERY if a place did not take it and it does not wait for another try.
 */
export async function deliverAndNote(
  context: CommandContext,
  { db, capabilities }: OpenDatabase,
  result: DeliverResultOptions,
): Promise<void> {
  const { config, interruption, log } = context
  if (config.deliver.length === 0) {
    log.note('nothing is delivered: the configuration has no places under `deliver`')
    return
  }
  log.status('delivering…')
  const { signal } = interruption
  const around = { db, capabilities, config, signal }
  const outcomes = await deliverResult(around, { ...result, isPrinted: true })
  for (const outcome of outcomes) log.note(describeOutcome(outcome))
  const problem = deliveryProblem(outcomes)
  if (problem !== null) throw problem
}
