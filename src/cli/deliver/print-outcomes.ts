import type { OutputFormat } from '../../config.ts'
import type { DeliveryOutcome } from '../../deliver/index.ts'
import { describeOutcome } from './deliver-result.ts'

/** One line a delivery, or JSON. Ends in a line feed. */
export function printOutcomes(outcomes: readonly DeliveryOutcome[], format: OutputFormat): string {
  if (format === 'json') {
    return `${JSON.stringify({ schema: 1, deliveries: outcomes }, null, 2)}\n`
  }
  if (outcomes.length === 0) return 'Nothing waits to be delivered.\n'
  return outcomes.map((outcome) => `${describeOutcome(outcome)}\n`).join('')
}
