import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { discordError } from './discord-contract.ts'
import { slackError } from './slack-contract.ts'

/** How a receiver meets one request; without a plan it takes what its contract allows. */
export type Plan =
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: string }
  /** Reads the request and says nothing, for ever. */
  | { kind: 'hang' }
  /** Closes the connection as soon as the request begins. */
  | { kind: 'close' }
  /** Takes the message, and closes the connection in the middle of the answer. */
  | { kind: 'accept-and-die' }
  /** Takes the message, and never says so. */
  | { kind: 'accept-and-hang' }

export interface Received {
  body: string
  headers: IncomingMessage['headers']
}

export interface Receiver {
  url: string
  /** Messages that it took, in order. */
  accepted: Received[]
  /** Every request that was read to its end. */
  requests: Received[]
  /** Plans for the next requests, in order. */
  plans: Plan[]
  /** Called when a request begins. */
  onRequest: () => void
  /** Called when it begins to say nothing. */
  onSilence: () => void
}

type Contract = (request: Received) => { status: number; body: string }

const contracts: Readonly<Record<'slack' | 'discord' | 'webhook', Contract>> = {
  slack: ({ body }) => {
    const error = slackError(body)
    return error === null ? { status: 200, body: 'ok' } : { status: 400, body: error }
  },
  discord: ({ body }) => {
    const error = discordError(body)
    if (error === null) return { status: 204, body: '' }
    return { status: 400, body: JSON.stringify({ message: 'Invalid Form Body', ...error }) }
  },
  webhook: (request) => (isSigned(request) ? { status: 202, body: '' } : { status: 401, body: '' }),
}

const webhookKey = Buffer.from('0123456789abcdef0123456789abcdef')
export const webhookSecret: string = `whsec_${webhookKey.toString('base64')}`

/** As any library of Standard Webhooks checks it, but for the age. */
function isSigned({ headers, body }: Received): boolean {
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const signature = createHmac('sha256', webhookKey).update(content).digest('base64')
  return headers['webhook-signature'] === `v1,${signature}`
}

/** A local place that keeps to the contract of the real one, and fails as it is told. */
export async function startReceiver(
  t: Pick<TestContext, 'after'>,
  kind: keyof typeof contracts,
  path = '/services/T00/B00/s3cr3t-path-of-the-hook',
): Promise<Receiver> {
  const receiver: Receiver = {
    url: '',
    accepted: [],
    requests: [],
    plans: [],
    onRequest: () => undefined,
    onSilence: () => undefined,
  }
  const server = createServer((request, response) => {
    void serve(request, response, receiver, contracts[kind])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  receiver.url = `http://127.0.0.1:${port}${path}`
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return receiver
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  receiver: Receiver,
  contract: Contract,
): Promise<void> {
  receiver.onRequest()
  const plan = receiver.plans.shift()
  if (plan?.kind === 'close') {
    request.socket.destroy()
    return
  }
  const received: Received = { body: await readAll(request), headers: request.headers }
  receiver.requests.push(received)
  switch (plan?.kind) {
    case 'hang':
      receiver.onSilence()
      return
    case 'answer':
      response.writeHead(plan.status, plan.headers).end(plan.body ?? '')
      return
    case 'accept-and-hang':
      receiver.accepted.push(received)
      receiver.onSilence()
      return
    case 'accept-and-die':
      receiver.accepted.push(received)
      request.socket.write('HTTP/1.1 200 O', () => request.socket.destroy())
      return
    default: {
      const { status, body } = contract(received)
      if (status < 300) receiver.accepted.push(received)
      response.writeHead(status).end(body)
    }
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  return body
}
