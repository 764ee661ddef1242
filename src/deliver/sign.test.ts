import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { signedHeaders } from './sign.ts'

const message = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1_614_265_330,
  body: '{"test": 2432232314}',
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
}

test('signs as the example of the specification', () => {
  assert.deepEqual(signedHeaders(message), {
    'webhook-id': message.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

/** The function that docs/delivery.md gives to receivers, as it stands there. */
async function documented(): Promise<(headers: Headers, body: string, secret: string) => boolean> {
  const page = await readFile(new URL('../../docs/delivery.md', import.meta.url), 'utf8')
  const source = /```ts\n(import \{ createHmac.*?)```/s.exec(page)?.[1] ?? ''
  const module = await import(
    `data:text/javascript,${encodeURIComponent(source.replace(/: (Headers|string|boolean)\b/g, ''))}`
  )
  return module.isGenuine
}

test('is verified by the documented function, which refuses what is old or forged', async () => {
  const isGenuine = await documented()
  const timestamp = Math.floor(Date.now() / 1_000)
  for (const secret of [message.secret, 'any text']) {
    const fresh = { ...message, secret, timestamp }
    const headers = new Headers(signedHeaders(fresh))
    assert.equal(isGenuine(headers, message.body, secret), true)
    assert.equal(isGenuine(headers, `${message.body} `, secret), false)
    assert.equal(isGenuine(headers, message.body, 'another'), false)
    const old = new Headers(signedHeaders({ ...fresh, timestamp: timestamp - 3_600 }))
    assert.equal(isGenuine(old, message.body, secret), false)
  }
})
