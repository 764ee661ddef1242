import { Readable } from 'node:stream'
import type { EmailSink } from '../../sink.ts'
import type { Outcome } from '../outcome.ts'
import { type Environment, fromEnvironment, scrub } from '../secrets.ts'

/** A mail, in both forms. */
export interface MailContent {
  subject: string
  text: string
  html: string
}

export interface MailAttempt {
  /** Also the Message-ID: a mailbox that gets the mail twice can tell. */
  id: string
  env: Environment
  timeoutMs: number
  signal: AbortSignal
  secrets: readonly string[]
}

/** Sends one mail by SMTP. Never throws: what failed is in the outcome. */
export async function sendMail(
  sink: EmailSink,
  content: MailContent,
  attempt: MailAttempt,
): Promise<Outcome> {
  const mailer = await loadMailer()
  if (mailer === null) return { kind: 'refused', reason: missingMailer }
  const transport = mailer.createTransport(transportOptions(sink, attempt))
  const stop = (): void => transport.close()
  attempt.signal.addEventListener('abort', stop, { once: true })
  let bodyLeft = false
  try {
    const message = await compose(mailer.Composer, sink, content, attempt.id)
    // Read only when the server has asked for the body: from then on it may have been taken.
    const raw = Readable.from(
      (function* () {
        bodyLeft = true
        yield message
      })(),
    )
    const envelope = { from: sink.from, to: [...sink.to] }
    const { rejected } = await transport.sendMail({ envelope, raw })
    const answer =
      rejected.length === 0
        ? 'taken'
        : `taken, but not for ${rejected.length} of ${sink.to.length} addresses`
    return { kind: 'delivered', answer }
  } catch (error) {
    return judgeMailError(error, bodyLeft, attempt.secrets)
  } finally {
    attempt.signal.removeEventListener('abort', stop)
    transport.close()
  }
}

function transportOptions(sink: EmailSink, { env, timeoutMs }: MailAttempt) {
  const isHere = /^(localhost|127(\.\d+){3}|::1)$/.test(sink.host)
  const auth =
    sink.user && sink.password
      ? { user: fromEnvironment(sink.user, env), pass: fromEnvironment(sink.password, env) }
      : undefined
  return {
    host: sink.host,
    port: sink.port,
    secure: sink.secure,
    // A password and what the findings say must not cross a network in the clear.
    requireTLS: !isHere,
    ignoreTLS: isHere && !sink.secure,
    ...(auth === undefined ? {} : { auth }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
  }
}

const missingMailer =
  'mail needs the npm package nodemailer, which is not installed: npm install nodemailer'

/** Only those who send mail install it. Null if it is not there. */
async function loadMailer() {
  try {
    const [{ createTransport }, { default: Composer }] = await Promise.all([
      import('nodemailer'),
      import('nodemailer/lib/mail-composer'),
    ])
    return { createTransport, Composer }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return null
    throw error
  }
}

type Composer = NonNullable<Awaited<ReturnType<typeof loadMailer>>>['Composer']

async function compose(
  MailComposer: Composer,
  sink: EmailSink,
  content: MailContent,
  id: string,
): Promise<Buffer> {
  const host = sink.from.match(/@([\w.-]+)/)?.[1] ?? 'supascope.invalid'
  return new MailComposer({
    from: sink.from,
    to: [...sink.to],
    messageId: `<${id}@${host}>`,
    // Out-of-office replies are for people.
    headers: { 'Auto-Submitted': 'auto-generated' },
    ...content,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build()
}

function judgeMailError(error: unknown, bodyLeft: boolean, secrets: readonly string[]): Outcome {
  const { responseCode, response, code, command } = error as {
    responseCode?: number
    response?: string
    code?: string
    command?: string
  }
  if (responseCode !== undefined) {
    const reason = scrub(`answered ${response ?? responseCode}`, secrets)
    if (responseCode >= 500) return { kind: 'refused', reason }
    return { kind: 'failed', reason, retryAfterMs: null }
  }
  const where = scrub([code, command].filter(Boolean).join(' at ') || 'unknown', secrets)
  if (bodyLeft) {
    return { kind: 'uncertain', reason: `the connection broke before it answered: ${where}` }
  }
  return { kind: 'failed', reason: `can't be reached: ${where}`, retryAfterMs: null }
}
