/** Mails to a real SMTP server that takes, refuses, throttles and dies. */
import assert from 'node:assert/strict'
import type { AddressInfo, Socket } from 'node:net'
import { it, type TestContext } from 'node:test'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { type DeliveryOutcome, deliver } from '../../src/deliver/index.ts'
import type { Sink } from '../../src/sink.ts'
import { finding, quickSurroundings, result } from './harness.ts'

const password = 'pa55word-of-the-mailbox'

interface Mailbox {
  mails: string[]
  port: number
  server: SMTPServer
}

async function startMailbox(t: TestContext, options: SMTPServerOptions = {}): Promise<Mailbox> {
  const mails: string[] = []
  const server = new SMTPServer({
    logger: false,
    allowInsecureAuth: true,
    authOptional: true,
    disableReverseLookup: true,
    onAuth: ({ password: given }, _session, callback) => {
      if (given === password) callback(null, { user: 'me' })
      else callback(new Error(`Invalid login with ${given}`))
    },
    onData: (stream, _session, callback) => {
      let mail = ''
      stream.setEncoding('utf8')
      stream.on('data', (chunk) => {
        mail += chunk
      })
      stream.on('end', () => {
        mails.push(mail)
        callback()
      })
    },
    ...options,
  })
  // What a client does to it is no failure of the server.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  t.after(() => new Promise<void>((resolve) => server.close(resolve)))
  return { mails, port, server }
}

function mail(port: number, more: Partial<Sink> = {}): Sink {
  return {
    name: 'mail',
    type: 'email',
    when: 'on-change',
    level: 'info',
    jobs: [],
    host: '127.0.0.1',
    port,
    secure: false,
    from: 'Supascope <supascope@example.com>',
    to: ['team@example.com'],
    resend: false,
    ...more,
  } as Sink
}

const auth = { user: { env: 'MAIL_USER' }, password: { env: 'MAIL_PASSWORD' } }
const env = { MAIL_USER: 'me', MAIL_PASSWORD: password }

async function send(
  sink: Sink,
  keys: Parameters<typeof result>[1] = ['a'],
): Promise<{
  outcome: DeliveryOutcome | undefined
  waits: number[]
}> {
  const around = quickSurroundings(env)
  const [outcome] = await deliver({ result: result('1', keys), sinks: [sink], store: null, around })
  assert.ok(!JSON.stringify(outcome).includes(password))
  assert.ok(!JSON.stringify(outcome).includes(Buffer.from(password).toString('base64')))
  return { outcome, waits: around.waits }
}

it('is sent as text and HTML, with an id that tells a second copy', async (t) => {
  const mailbox = await startMailbox(t)
  const hostile = finding('a\r\nBcc: evil@example.com', { title: 'x\r\nBcc: evil@example.com <b>' })
  const { outcome } = await send(mail(mailbox.port, auth as Partial<Sink>), [hostile])
  assert.deepEqual([outcome?.state, outcome?.detail], ['delivered', 'taken'])
  const [text = ''] = mailbox.mails
  const head = text.slice(0, text.indexOf('\r\n\r\n'))
  assert.match(head, /^Subject: \[supascope\] Findings in app: 1 new; open: 1 warning\r?$/m)
  assert.match(head, /^Message-ID: <msg_[\w-]{32}@example\.com>\r?$/im)
  assert.match(head, /^Auto-Submitted: auto-generated\r?$/m)
  assert.doesNotMatch(text, /^Bcc:/im)
  assert.match(text, /Content-Type: text\/plain/)
  assert.match(text, /Content-Type: text\/html/)
})

it('to a server that wants no such password is refused, and the password stays a secret', async (t) => {
  const { port } = await startMailbox(t, { authOptional: false })
  const around = quickSurroundings({ ...env, MAIL_PASSWORD: 'another-pa55word' })
  const sink = mail(port, auth as Partial<Sink>)
  const [outcome] = await deliver({
    result: result('1', ['a']),
    sinks: [sink],
    store: null,
    around,
  })
  assert.equal(outcome?.state, 'refused')
  // The server was so kind as to repeat it.
  assert.match(outcome?.detail ?? '', /535.*\*\*\*/)
  assert.doesNotMatch(outcome?.detail ?? '', /another-pa55word/)
})

it('to a server that is busy is sent again, once it is not', async (t) => {
  let left = 2
  const mailbox = await startMailbox(t, {
    onMailFrom: (_address, _session, callback) => {
      left -= 1
      if (left < 0) callback()
      else callback(Object.assign(new Error('greylisted'), { responseCode: 451 }))
    },
  })
  const { outcome, waits } = await send(mail(mailbox.port))
  assert.equal(outcome?.state, 'delivered')
  assert.equal(waits.length, 2)
  assert.equal(mailbox.mails.length, 1)
})

it('to an address that is none is refused', async (t) => {
  const { port } = await startMailbox(t, {
    onRcptTo: (_address, _session, callback) =>
      callback(Object.assign(new Error('no such user'), { responseCode: 550 })),
  })
  const { outcome, waits } = await send(mail(port))
  assert.equal(outcome?.state, 'refused')
  assert.match(outcome?.detail ?? '', /550 .*no such user/)
  assert.deepEqual(waits, [])
})

it('to a server that dies after the body is not sent again', async (t) => {
  const sockets = new Set<Socket>()
  let bodies = 0
  const mailbox = await startMailbox(t, {
    onData: (stream) => {
      stream.on('end', () => {
        bodies += 1
        for (const socket of sockets) socket.destroy()
      })
      stream.resume()
    },
  })
  mailbox.server.server.on('connection', (socket: Socket) => sockets.add(socket))
  const { outcome, waits } = await send(mail(mailbox.port))
  assert.equal(outcome?.state, 'uncertain')
  assert.deepEqual([bodies, waits.length], [1, 0])
})

it('to a server that is not there is tried again', async () => {
  const { outcome, waits } = await send(mail(2))
  assert.equal(outcome?.state, 'refused')
  assert.match(outcome?.detail ?? '', /can't be reached: E\w+/)
  assert.equal(waits.length, 3)
})
