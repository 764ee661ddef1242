import { type DeliveryOutcome, deliver as deliverNow } from '../../deliver/index.ts'
import { ScopeError } from '../../errors.ts'
import type { Sink } from '../../sink.ts'
import type { CommandContext } from '../context.ts'
import { deliveryProblem, resumeDeliveries, surroundings } from '../deliver/deliver-result.ts'
import { printOutcomes } from '../deliver/print-outcomes.ts'

export interface DeliverOptions {
  test?: boolean
  sink?: string[]
}

export async function deliver(context: CommandContext, options: DeliverOptions): Promise<number> {
  const sinks = chosenSinks(context.config.deliver, options.sink)
  const outcomes = options.test
    ? await sendTests(context, sinks)
    : await sendWaiting(context, sinks)
  await context.print(printOutcomes(outcomes, context.format))
  const problem = deliveryProblem(outcomes)
  if (problem !== null) throw problem
  return 0
}

/** @throws ScopeError SCOPE_CONFIG, SCOPE_USAGE */
function chosenSinks(sinks: readonly Sink[], names: readonly string[] | undefined): Sink[] {
  if (sinks.length === 0) {
    throw new ScopeError(
      'SCOPE_CONFIG',
      'the configuration has no places to deliver to',
      "add one, as deliver: [{ type: 'slack', url: { env: 'SLACK_WEBHOOK_URL' } }]: docs/delivery.md",
    )
  }
  const unknown = names?.find((name) => !sinks.some((sink) => sink.name === name))
  if (unknown !== undefined) {
    throw new ScopeError(
      'SCOPE_USAGE',
      `no sink is named ${unknown}`,
      `sinks: ${sinks.map(({ name }) => name).join(', ')}`,
    )
  }
  return sinks.filter(({ name }) => names === undefined || names.includes(name))
}

/** Every place gets it, whatever jobs it is for. */
function sendTests(context: CommandContext, sinks: readonly Sink[]): Promise<DeliveryOutcome[]> {
  const { interruption } = context
  context.log.status('sending…')
  const at = new Date().toISOString()
  return deliverNow({
    result: {
      kind: 'test',
      job: 'test',
      windowKey: at,
      database: 'your database',
      at,
      window: null,
      findings: [],
    },
    sinks: sinks.map(forTest),
    store: null,
    around: surroundings({ signal: interruption.signal }),
    mostAttempts: 1,
  })
}

function forTest(sink: Sink): Sink {
  const always = { ...sink, jobs: [], when: 'always' as const }
  // The report that lies there is not to be lost to a test.
  return always.type === 'file' ? { ...always, path: `${always.path}.test` } : always
}

async function sendWaiting(
  context: CommandContext,
  sinks: readonly Sink[],
): Promise<DeliveryOutcome[]> {
  const { db, capabilities } = await context.open()
  context.log.status('sending…')
  const { signal } = context.interruption
  return resumeDeliveries({ db, capabilities, signal, config: { deliver: sinks } })
}
