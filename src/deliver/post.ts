import type { Outcome } from './outcome.ts'
import { retryAfterMs } from './retry-after.ts'
import { scrub } from './secrets.ts'

export interface Post {
  url: string
  body: string
  headers: Readonly<Record<string, string>>
  /** Longest time for the whole exchange, ms. */
  timeoutMs: number
  deadline: () => AbortSignal
  /** Ends the exchange early. */
  signal: AbortSignal
  /** Blanked out of whatever the receiver answers. */
  secrets: readonly string[]
  now: () => number
}

/** Bytes of an answer that are read; the rest is nobody's business. */
const mostOfAnswer = 2_000

/** Sends one request and says what became of it. Redirects are refused: they would carry secrets on. */
export async function post(request: Post): Promise<Outcome> {
  const { url, body, headers, deadline, signal } = request
  const problem = urlProblem(url)
  if (problem !== null) return { kind: 'refused', reason: problem }
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'user-agent': 'supascope', ...headers },
      redirect: 'manual',
      signal: AbortSignal.any([signal, deadline()]),
    })
    return await judge(response, request)
  } catch (error) {
    return judgeError(error, request)
  }
}

/** A URL is as good as a password: it must not cross a network in the clear. */
function urlProblem(url: string): string | null {
  if (!URL.canParse(url)) return 'its URL is none'
  const { protocol, hostname } = new URL(url)
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
  if (protocol === 'https:' || (protocol === 'http:' && isHere)) return null
  return 'its URL must begin with https:// (http:// to this machine alone)'
}

async function judge(response: Response, request: Post): Promise<Outcome> {
  const { status, headers } = response
  if (status >= 200 && status < 300) {
    // Taken; what is said about it is a courtesy.
    const answer = await readAnswer(response).catch(() => '')
    return { kind: 'delivered', answer: words(status, answer, request) }
  }
  const reason = words(status, await readAnswer(response).catch(() => ''), request)
  if (status >= 300 && status < 400) {
    return { kind: 'refused', reason: `answered ${status}: redirects are not followed` }
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const wait = retryAfterMs(headers.get('retry-after'), request.now())
    return { kind: 'failed', reason, retryAfterMs: wait }
  }
  return { kind: 'refused', reason }
}

function words(status: number, answer: string, { secrets }: Post): string {
  return scrub(`answered ${status}${answer === '' ? '' : `: ${answer}`}`, secrets)
}

async function readAnswer({ body }: Response): Promise<string> {
  if (body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length >= mostOfAnswer) break
  }
  return text.slice(0, mostOfAnswer)
}

/** Failures that come before the first byte of a request has left. */
const beforeSending =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EACCES|UND_ERR_CONNECT_TIMEOUT|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|EPROTO)$/

function judgeError(error: unknown, { signal, timeoutMs }: Post): Outcome {
  const code = errorCode(error)
  // fetch has a list of ports that it never connects to.
  if (
    error instanceof Error &&
    error.cause instanceof Error &&
    error.cause.message === 'bad port'
  ) {
    return { kind: 'refused', reason: 'its port is one of those that fetch never connects to' }
  }
  if (beforeSending.test(code)) {
    return { kind: 'failed', reason: `can't be reached: ${code}`, retryAfterMs: null }
  }
  if (signal.aborted) return { kind: 'uncertain', reason: 'stopped before it answered' }
  if (error instanceof Error && error.name === 'TimeoutError') {
    return { kind: 'uncertain', reason: `no answer within ${timeoutMs / 1_000} s` }
  }
  return {
    kind: 'uncertain',
    reason: `the connection broke before it answered: ${code || 'unknown'}`,
  }
}

/** fetch hides the reason in the cause, and the reasons for several addresses in its errors. */
function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if (error instanceof AggregateError && !('code' in error)) return errorCode(error.errors[0])
  if ('code' in error && typeof error.code === 'string') return error.code
  return errorCode(error.cause)
}
