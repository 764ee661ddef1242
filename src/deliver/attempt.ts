import type { Notice } from '../notice.ts'
import { isLocal, type LocalFormat, type LocalSink, type RemoteSink, type Sink } from '../sink.ts'
import type { Outcome } from './outcome.ts'
import { post } from './post.ts'
import { type Environment, fromEnvironment, secretsOf } from './secrets.ts'
import { signedHeaders } from './sign.ts'
import { sendMail } from './sinks/email.ts'
import { writeLocal } from './sinks/local.ts'

/** The forms of a notice: the renderers of src/render, handed in. */
export interface Renderings {
  slack: (notice: Notice) => object
  discord: (notice: Notice) => object
  annotations: (notice: Notice) => string
  subject: (notice: Notice) => string
  notice: (notice: Notice, format: LocalFormat) => string
}

/** What delivering needs of the world; tests hand in their own clock and waiting. */
export interface Surroundings {
  env: Environment
  renderings: Renderings
  /** Writes to standard output and waits for it. */
  print: (text: string) => Promise<unknown>
  /** Writes to standard error and waits for it. */
  printAside: (text: string) => Promise<unknown>
  /** Aborted when the program is to end. */
  signal: AbortSignal
  /** ms since 1970 */
  now: () => number
  /** Waits so many ms, or until the signal. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>
  /** 0 to 1, so that several do not try again at the same moment. */
  chance: () => number
  /** Longest time of one attempt, ms. @defaultValue 10_000 */
  timeoutMs?: number
  /** Aborts after so many ms with a TimeoutError. @defaultValue AbortSignal.timeout */
  timeoutSignal?: (ms: number) => AbortSignal
}

/** What is sent: the notice and, where there is one, the result in full for places with room. */
export interface Message {
  id: string
  notice: Notice
  /** For local sinks, which take the result whole. */
  full?: ((format: LocalFormat) => string) | undefined
}

/** Tries once to bring a message to a place. Never throws but for a missing variable. */
async function attempt(sink: Sink, message: Message, around: Surroundings): Promise<Outcome> {
  if (isLocal(sink)) return writeLocal(sink, localText(sink, message, around.renderings), around)
  const { env, renderings, signal } = around
  const { id, notice } = message
  const timeoutMs = around.timeoutMs ?? 10_000
  const common = {
    timeoutMs,
    deadline: () => around.timeoutSignal?.(timeoutMs) ?? AbortSignal.timeout(timeoutMs),
    signal,
    secrets: secretsOf(sink, env),
    now: around.now,
  }
  switch (sink.type) {
    case 'email': {
      const text = renderings.notice(notice, 'text')
      const html = renderings.notice(notice, 'html')
      const subject = renderings.subject(notice)
      return sendMail(sink, { subject, text, html }, { ...common, id, env })
    }
    case 'webhook': {
      const url = fromEnvironment(sink.url, env)
      const secret = fromEnvironment(sink.secret, env)
      const body = JSON.stringify({
        type: `supascope.${notice.kind}`,
        timestamp: notice.at,
        data: notice,
      })
      const timestamp = Math.floor(around.now() / 1_000)
      return post({ ...common, url, body, headers: signedHeaders({ id, timestamp, body, secret }) })
    }
    default: {
      const url = fromEnvironment(sink.url, env)
      const body = JSON.stringify(renderings[sink.type](notice))
      return post({ ...common, url, body, headers: {} })
    }
  }
}

function localText(sink: LocalSink, { notice, full }: Message, renderings: Renderings): string {
  if (sink.type === 'annotations') return renderings.annotations(notice)
  const format = sink.type === 'step-summary' ? 'markdown' : sink.format
  return full?.(format) ?? renderings.notice(notice, format)
}

/** Attempts of one process for one message, before it is left to wait. */
const defaultAttempts = 4
/** Longest wait between two of them, ms; a receiver that asks for more is asked again later. */
const longestWaitMs = 30_000

/** Called around each attempt, so that what happened is known even if this process dies. */
export interface Ledger {
  /** False if somebody else has taken the message over: then it must not be sent. */
  begin(): Promise<boolean>
  /** The attempt is known to have failed. */
  failed(): Promise<void>
}

/**
 * Tries until the place has taken the message, refused it, or left no answer; or until it has been
 * tried often enough. Null if somebody else has the message now.
 */
export async function deliverMessage(
  sink: Sink,
  message: Message,
  around: Surroundings,
  ledger: Ledger,
  mostAttempts: number = defaultAttempts,
): Promise<Outcome | null> {
  for (let attempts = 1; ; attempts += 1) {
    if (!(await ledger.begin())) return null
    const outcome = await attempt(sink, message, around)
    const tryAgain = outcome.kind === 'failed' || (outcome.kind === 'uncertain' && mayResend(sink))
    if (!tryAgain) return outcome
    if (outcome.kind === 'failed') await ledger.failed()
    const asked = outcome.kind === 'failed' ? outcome.retryAfterMs : null
    const wait = asked ?? 1_000 * 4 ** (attempts - 1) * (0.5 + around.chance())
    if (attempts >= mostAttempts || wait > longestWaitMs || around.signal.aborted) return outcome
    await around.wait(wait, around.signal)
  }
}

/**
 * Whether to send again what may have arrived. A signed webhook carries an id by which its receiver
 * can drop the second copy; a chat or a mailbox shows both.
 */
export function mayResend(sink: Sink): sink is RemoteSink {
  return !isLocal(sink) && sink.resend
}
