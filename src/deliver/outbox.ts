import { isLocal, type LocalFormat, type Sink } from '../sink.ts'
import { deliverMessage, type Ledger, mayResend, type Surroundings } from './attempt.ts'
import { isWanted, type NoticeSource, noticeFor, type Told } from './notice-source.ts'
import type { Outcome } from './outcome.ts'
import { assertVariables } from './secrets.ts'

/** How a delivery ended. `superseded`: a newer result of the job took its place. */
export type FinalState = 'delivered' | 'quiet' | 'superseded' | 'refused' | 'uncertain' | 'expired'

/** The hold on a delivery: whoever takes it over gets another token. */
export interface Held {
  id: string
  token: string
}

/** A delivery that this process has taken. */
export interface ClaimedDelivery extends Held {
  job: string
  sink: string
  source: NoticeSource
  /** With this one. */
  attempts: number
  /** Whoever had it died in the middle of an attempt: nobody can say whether it arrived. */
  wasInFlight: boolean
  /** Age, ms. */
  ageMs: number
}

/** The outbox: src/collect/deliveries holds its Postgres form. */
export interface DeliveryStore {
  /** Adds what is not there yet, and returns the ids of what it added. */
  enqueue(
    deliveries: readonly {
      id: string
      job: string
      windowKey: string
      sink: string
      source: NoticeSource
      supersedes: boolean
    }[],
  ): Promise<string[]>
  /** Takes the oldest of a sink that is due; of `only` these ids if given, of none of `except`. */
  claim(filter: {
    sink: string
    only: readonly string[] | null
    except: readonly string[]
    leaseMs: number
  }): Promise<ClaimedDelivery | null>
  /** Notes that an attempt begins and renews the lease; false if somebody else has taken it over. */
  begin(held: Held, leaseMs: number): Promise<boolean>
  /** Notes that the attempt is known to have failed. */
  attemptFailed(held: Held): Promise<void>
  /** Puts it back, to be taken again after so many ms. */
  postpone(held: Held, afterMs: number, error: string): Promise<void>
  settle(
    held: Held,
    end: { state: FinalState; error: string | null; told: Told | null },
  ): Promise<void>
  /** What the place was told last for this job; null if never. */
  lastTold(job: string, sink: string): Promise<Told | null>
}

/** What became of one delivery, for people. `waiting`: it will be tried again. */
export interface DeliveryOutcome {
  sink: string
  type: Sink['type']
  job: string
  state: FinalState | 'waiting' | 'already'
  /** One line, without secrets. */
  detail: string
}

/** A process that says nothing for so long has died, ms. Longer than any attempt and wait. */
const defaultLeaseMs = 120_000

/** After so long a result is no news any more, ms. */
const longestAgeMs = 24 * 3_600_000

export interface DrainOptions {
  store: DeliveryStore
  sinks: readonly Sink[]
  around: Surroundings
  /** Deliveries to local sinks that belong to this process. */
  ownIds?: readonly string[]
  full?: (format: LocalFormat) => string
  /** @defaultValue 120_000 */
  leaseMs?: number
}

/**
 * Delivers all that is due, of each sink oldest first, also what another process has left behind.
 * No sink waits for another one.
 *
 * @throws ScopeError SCOPE_CONFIG if a variable that a sink names is not set.
 */
export async function drainOutbox(options: DrainOptions): Promise<DeliveryOutcome[]> {
  assertVariables(options.sinks, options.around.env)
  const outcomes = await Promise.all(options.sinks.map((sink) => drainSink(sink, options)))
  return outcomes.flat()
}

async function drainSink(sink: Sink, options: DrainOptions): Promise<DeliveryOutcome[]> {
  const { store, around, ownIds = [] } = options
  const leaseMs = options.leaseMs ?? defaultLeaseMs
  const only = isLocal(sink) ? ownIds : null
  const tried: string[] = []
  const outcomes: DeliveryOutcome[] = []
  while (!around.signal.aborted) {
    // What is put back with a short wait is left to the next run.
    const claimed = await store.claim({ sink: sink.name, only, except: tried, leaseMs })
    if (claimed === null) break
    tried.push(claimed.id)
    outcomes.push(await deliverClaimed(claimed, sink, { ...options, leaseMs }))
  }
  return outcomes
}

type Context = DrainOptions & { leaseMs: number }

async function deliverClaimed(
  claimed: ClaimedDelivery,
  sink: Sink,
  context: Context,
): Promise<DeliveryOutcome> {
  const { store, around, leaseMs } = context
  const { id, job, source, token } = claimed
  const held: Held = { id, token }
  const say = (state: DeliveryOutcome['state'], detail: string): DeliveryOutcome => ({
    sink: sink.name,
    type: sink.type,
    job,
    state,
    detail,
  })
  const end = async (state: FinalState, detail: string, told: Told | null = null) => {
    const error = state === 'delivered' || state === 'quiet' ? null : detail
    await store.settle(held, { state, error, told })
    return say(state, detail)
  }
  if (claimed.wasInFlight && !mayResend(sink)) {
    return end('uncertain', 'the process that sent it died before the answer: not sent again')
  }
  if (claimed.ageMs > longestAgeMs) return end('expired', 'not taken within a day')
  const { notice, nowTold, hasNews } = noticeFor(source, sink, await store.lastTold(job, sink.name))
  if (!isWanted(notice, hasNews, sink.when)) return end('quiet', 'nothing changed')
  const ledger: Ledger = {
    begin: () => store.begin(held, leaseMs),
    failed: () => store.attemptFailed(held),
  }
  const full = context.ownIds?.includes(id) ? context.full : undefined
  const outcome = await deliverMessage(sink, { id, notice, full }, around, ledger)
  if (outcome === null) return say('waiting', 'another process has taken it over')
  if (outcome.kind === 'delivered') return end('delivered', outcome.answer, nowTold)
  const isOver = outcome.kind === 'refused' || !mayWait(outcome, sink)
  if (isOver) return end(outcome.kind === 'refused' ? 'refused' : 'uncertain', outcome.reason)
  await store.postpone(held, postponeMs(outcome, claimed.attempts, around), outcome.reason)
  return say('waiting', outcome.reason)
}

function mayWait(outcome: Outcome, sink: Sink): boolean {
  return outcome.kind === 'failed' || mayResend(sink)
}

/** What the receiver asks for, else longer each time, up to an hour. */
function postponeMs(outcome: Outcome, attempts: number, { chance }: Surroundings): number {
  const asked = outcome.kind === 'failed' ? outcome.retryAfterMs : null
  return asked ?? Math.min(30_000 * 2 ** Math.min(attempts, 10), 3_600_000) * (0.5 + chance() / 2)
}
