/**
 * How a command brings a result to the places of the configuration.
 *
 * `report`, `check` and the jobs of `serve` call {@link deliverResult} with what they found; nothing
 * is thrown for a place that can't be reached, its outcome says so. {@link deliveryProblem} turns
 * outcomes into the error that a one-shot command ends with. A scheduler also calls
 * {@link resumeDeliveries} every minute or so: it sends what is due again and what a process that
 * died has left behind. Both may run in any number of processes at once.
 *
 * - `windowKey` must be the same whenever the same result is handed over again: a scheduled job
 *   gives the planned time of its firing, then a firing that is run twice is told once.
 * - `skippedRules` names the rules that could not judge: what they found before is not told as
 *   resolved.
 * - Findings of any state may be given: `open` is told, `resolved` as resolved, the others hush.
 */
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { deliveryStore } from '../../collect/deliveries/index.ts'
import type { Config } from '../../config.ts'
import type { Capabilities, Database } from '../../db/index.ts'
import {
  type DeliverableResult,
  type DeliveryOutcome,
  type DeliveryStore,
  deliver,
  drainOutbox,
  type NoticeSource,
  type Surroundings,
  type Told,
} from '../../deliver/index.ts'
import { ScopeError } from '../../errors.ts'
import {
  noticeSubject,
  renderAnnotations,
  renderDiscord,
  renderNotice,
  renderSlack,
} from '../../render/index.ts'
import { isLocal, type LocalFormat } from '../../sink.ts'
import { writeToStdout } from '../output.ts'

export interface DeliverContext {
  db: Database
  capabilities: Capabilities
  config: Pick<Config, 'deliver'>
  signal: AbortSignal
  /** @defaultValue process.env */
  env?: NodeJS.ProcessEnv
}

export interface DeliverResultOptions extends DeliverableResult {
  /** The result in full; local sinks get it in place of the notice. */
  full?: (format: LocalFormat) => string
  /** The caller prints the result itself: sinks of type stdout are left out. */
  isPrinted?: boolean
}

/**
 * Brings a result to every sink of the configuration that wants it, once for each job, window and
 * sink; what already waits goes first. Where the schema is missing, it is tried now or never.
 *
 * @throws ScopeError SCOPE_CONFIG if a variable that a sink names is not set; whatever the database
 *   throws.
 */
export async function deliverResult(
  context: DeliverContext,
  { full, isPrinted, ...result }: DeliverResultOptions,
): Promise<DeliveryOutcome[]> {
  const sinks = context.config.deliver.filter(({ type }) => type !== 'stdout' || !isPrinted)
  if (sinks.length === 0) return []
  const store = openStore(context)
  const around = surroundings(context)
  return deliver({ result, sinks, store, around, ...(full === undefined ? {} : { full }) })
}

/** Sends what waits in the outbox and is due. Does nothing where there is no outbox. */
export async function resumeDeliveries(context: DeliverContext): Promise<DeliveryOutcome[]> {
  const sinks = context.config.deliver.filter((sink) => !isLocal(sink))
  const store = sinks.length === 0 ? null : openStore(context)
  if (store === null) return []
  return drainOutbox({ store, sinks, around: surroundings(context) })
}

/** What a one-shot command ends with; null if every place has or will get what it wants. */
export function deliveryProblem(outcomes: readonly DeliveryOutcome[]): ScopeError | null {
  const bad = outcomes.filter(({ state }) => ['refused', 'uncertain', 'expired'].includes(state))
  if (bad.length === 0) return null
  return new ScopeError(
    'SCOPE_DELIVERY',
    bad.map(describeOutcome).join('; '),
    'check the sink and its variables, then try it: supascope deliver --test',
  )
}

/** `slack "ops": delivered, answered 200: ok` */
export function describeOutcome({ sink, type, state, detail }: DeliveryOutcome): string {
  const name = sink === type ? type : `${type} "${sink}"`
  return `${name}: ${state}${detail === '' ? '' : `, ${detail}`}`
}

/** The world as it is: environment, clock, waiting, the renderers. */
export function surroundings({
  env,
  signal,
}: Pick<DeliverContext, 'env' | 'signal'>): Surroundings {
  return {
    env: env ?? process.env,
    signal,
    print: writeToStdout,
    printAside: (text) =>
      new Promise((resolve) => {
        process.stderr.write(text, resolve)
      }),
    now: () => Date.now(),
    chance: () => randomInt(1_000_000) / 1_000_000,
    // Being stopped is no failure of waiting.
    wait: (ms, until) => sleep(ms, undefined, { signal: until }).catch(() => undefined),
    renderings: {
      slack: renderSlack,
      discord: renderDiscord,
      annotations: renderAnnotations,
      subject: noticeSubject,
      notice: renderNotice,
    },
  }
}

function openStore({ db, capabilities }: DeliverContext): DeliveryStore | null {
  const hasOutbox = capabilities.migrations?.some(({ name }) => name.endsWith('_deliveries'))
  return hasOutbox ? deliveryStore<NoticeSource, Told>(db) : null
}
