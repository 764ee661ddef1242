import type { LocalFormat, Sink } from '../sink.ts'
import { deliverMessage, type Surroundings } from './attempt.ts'
import {
  type DeliverableResult,
  deliveryId,
  isWanted,
  type NoticeSource,
  noticeFor,
  noticeSource,
} from './notice-source.ts'
import { type DeliveryOutcome, type DeliveryStore, drainOutbox } from './outbox.ts'
import { assertVariables } from './secrets.ts'

export interface DeliverOptions {
  result: DeliverableResult
  sinks: readonly Sink[]
  /** Null where our schema is not: then nothing is known of earlier results, nor kept for later. */
  store: DeliveryStore | null
  around: Surroundings
  /** The result in full, for local sinks; they get the notice without it. */
  full?: (format: LocalFormat) => string
  /** @defaultValue 120_000 */
  leaseMs?: number
  /** For what is delivered without a store. @defaultValue 4 */
  mostAttempts?: number
}

/**
 * Brings a result to every place that wants it, once for each job, window and place.
 *
 * With a store, the result waits in the outbox until it is taken, whoever delivers it in the end;
 * results that wait from before go first. Without one, it is tried now or never.
 *
 * @returns What became of each; nothing is thrown for a place that can't be reached.
 * @throws ScopeError SCOPE_CONFIG if a variable that a sink names is not set; before anything is sent.
 */
export async function deliver(options: DeliverOptions): Promise<DeliveryOutcome[]> {
  const { result, store, around } = options
  const sinks = options.sinks.filter(({ jobs }) => jobs.length === 0 || jobs.includes(result.job))
  assertVariables(sinks, around.env)
  const source = noticeSource(result)
  if (store === null) {
    const direct = sinks.map((sink) => deliverDirectly(sink, source, options))
    return Promise.all(direct)
  }
  const deliveries = sinks.map((sink) => ({
    id: deliveryId(result.job, result.windowKey, sink.name),
    job: result.job,
    windowKey: result.windowKey,
    sink: sink.name,
    source,
    supersedes: sink.when !== 'always',
  }))
  const added = await store.enqueue(deliveries)
  const outcomes = await drainOutbox({
    ...options,
    store,
    sinks: options.sinks,
    around,
    ownIds: added,
  })
  const already = sinks
    .filter((_, i) => !added.includes(deliveries[i]?.id ?? ''))
    .filter(({ name }) => !outcomes.some((one) => one.sink === name && one.job === result.job))
    .map(({ name, type }) => ({
      sink: name,
      type,
      job: result.job,
      state: 'already' as const,
      detail: 'this window was handed over before',
    }))
  return [...outcomes, ...already]
}

async function deliverDirectly(
  sink: Sink,
  source: NoticeSource,
  { result, around, full, mostAttempts }: DeliverOptions,
): Promise<DeliveryOutcome> {
  const { notice, hasNews } = noticeFor(source, sink, null)
  const about = { sink: sink.name, type: sink.type, job: result.job }
  if (!isWanted(notice, hasNews, sink.when))
    return { ...about, state: 'quiet', detail: 'nothing to tell' }
  const id = deliveryId(result.job, result.windowKey, sink.name)
  const ledger = { begin: () => Promise.resolve(true), failed: () => Promise.resolve() }
  const outcome = await deliverMessage(sink, { id, notice, full }, around, ledger, mostAttempts)
  if (outcome?.kind === 'delivered') return { ...about, state: 'delivered', detail: outcome.answer }
  const state = outcome?.kind === 'uncertain' ? 'uncertain' : 'refused'
  return { ...about, state, detail: outcome?.reason ?? '' }
}
