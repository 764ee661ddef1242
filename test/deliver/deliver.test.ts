/** Results on their way to receivers that fail in every way they can, with the real outbox. */
import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { sql } from 'kysely'
import { type Connection, connect } from '../../src/db/index.ts'
import { type DeliveryOutcome, deliver, drainOutbox } from '../../src/deliver/index.ts'
import type { Sink } from '../../src/sink.ts'
import { testDatabase } from '../database.ts'
import { chat, finding, outbox, quickSurroundings, result, webhook } from './harness.ts'
import { type Plan, type Receiver, startReceiver, webhookSecret } from './receiver.ts'

let connection: Connection
before(async () => {
  const { url } = await testDatabase({ migrated: true })
  connection = await connect({ url, maxConnections: 6 })
})
after(() => connection.close())

interface Scene {
  receiver: Receiver
  sink: Sink
  around: ReturnType<typeof quickSurroundings>
  /** Delivers a result with so many findings. */
  tell(windowKey: string, keys: Parameters<typeof result>[1]): Promise<DeliveryOutcome[]>
  /** Sends what waits, as if all waiting times were over. */
  later(): Promise<DeliveryOutcome[]>
  states(): Promise<string[]>
}

/** Each scene has its own sink and job, so that all may share one database. */
async function scene(
  t: TestContext,
  make: Sink,
  kind: 'slack' | 'discord' | 'webhook',
): Promise<Scene> {
  const receiver = await startReceiver(t, kind)
  const name = `sink-${crypto.randomUUID()}`
  const sink: Sink = { ...make, name }
  const env = { HOOK_URL: receiver.url, HOOK_SECRET: webhookSecret }
  const around = quickSurroundings(env)
  receiver.onSilence = around.runOutOfTime
  const store = outbox(connection.db)
  return {
    receiver,
    sink,
    around,
    tell: (windowKey, keys) =>
      deliver({ result: result(windowKey, keys), sinks: [sink], store, around }),
    later: async () => {
      await sql`update supascope.deliveries set due_at = clock_timestamp() where sink = ${name}`.execute(
        connection.db,
      )
      return drainOutbox({ store, sinks: [sink], around })
    },
    states: async () => {
      const { rows } = await sql<{ state: string }>`
        select state from supascope.deliveries where sink = ${name} order by created_at`.execute(
        connection.db,
      )
      return rows.map(({ state }) => state)
    },
  }
}

const stateOf = (outcomes: DeliveryOutcome[]): string[] => outcomes.map(({ state }) => state)
const answer = (status: number, headers: Record<string, string> = {}): Plan => ({
  kind: 'answer',
  status,
  headers,
})

describe('a receiver that is well', () => {
  it('gets each result once, however often it is handed over', async (t) => {
    const { receiver, tell } = await scene(t, chat('slack'), 'slack')
    const all = await Promise.all(Array.from({ length: 8 }, () => tell('1', ['a'])))
    assert.equal(receiver.accepted.length, 1)
    assert.equal(all.flat().filter(({ state }) => state === 'delivered').length, 1)
    assert.deepEqual(stateOf(await tell('1', ['a'])), ['already'])
    assert.equal(receiver.requests.length, 1)
  })

  it('hears nothing when nothing changed, and of what did', async (t) => {
    const { receiver, tell } = await scene(t, webhook(), 'webhook')
    await tell('1', ['a', 'b'])
    assert.deepEqual(stateOf(await tell('2', ['b', 'a'])), ['quiet'])
    await tell('3', ['b', finding('c', { level: 'ERROR' })])
    assert.deepEqual(stateOf(await tell('4', ['b', finding('c', { level: 'WARN' })])), ['quiet'])
    assert.deepEqual(stateOf(await tell('5', [finding('b', { level: 'ERROR' }), 'c'])), [
      'delivered',
    ])
    const news = receiver.accepted.map(({ body }) => {
      const { appeared, worse, resolved, still } = JSON.parse(body).data
      const keys = (list: { cacheKey: string }[]): string =>
        list.map(({ cacheKey }) => cacheKey).join()
      return [keys(appeared), keys(worse), keys(resolved), keys(still)]
    })
    assert.deepEqual(news, [
      ['a,b', '', '', ''],
      ['c', '', 'a', 'b'],
      ['', 'b', '', 'c'],
    ])
  })

  it('gets every result where it wants each, in their order', async (t) => {
    const { receiver, tell, later } = await scene(t, webhook({ when: 'always' }), 'webhook')
    receiver.plans.push(...Array.from({ length: 8 }, () => answer(503)))
    assert.deepEqual(stateOf(await tell('1', ['a'])), ['waiting'])
    await tell('2', ['a', 'b'])
    await later()
    await later()
    const seen = receiver.accepted.map(({ body }) => JSON.parse(body).data.open.WARN)
    assert.deepEqual(seen, [1, 2])
  })
})

describe('a receiver that asks for patience', () => {
  it('is asked again after the seconds that it names', async (t) => {
    const { receiver, around, tell } = await scene(t, chat('slack'), 'slack')
    receiver.plans.push(answer(429, { 'retry-after': '7' }), answer(429, { 'retry-after': '0.5' }))
    assert.deepEqual(stateOf(await tell('1', ['a'])), ['delivered'])
    assert.deepEqual(around.waits, [7_000, 500])
    assert.equal(receiver.accepted.length, 1)
  })

  it('is asked again at the date that it names', async (t) => {
    const { receiver, around, tell } = await scene(t, chat('discord'), 'discord')
    around.now = () => Date.parse('2026-11-23T02:30:00Z')
    receiver.plans.push(answer(429, { 'retry-after': 'Mon, 23 Nov 2026 02:30:12 GMT' }))
    await tell('1', ['a'])
    assert.deepEqual(around.waits, [12_000])
    assert.equal(receiver.accepted.length, 1)
  })

  it('is left alone for as long as it wants where that is long, an hour at most', async (t) => {
    const { receiver, around, sink, tell, later } = await scene(t, chat('slack'), 'slack')
    receiver.plans.push(answer(429, { 'retry-after': '86400' }))
    assert.deepEqual(stateOf(await tell('1', ['a'])), ['waiting'])
    assert.deepEqual(around.waits, [])
    const { rows } = await sql<{ due: number }>`
      select extract(epoch from due_at - created_at)::double precision as due
      from supascope.deliveries where sink = ${sink.name}`.execute(connection.db)
    assert.ok(Number(rows[0]?.due) >= 3_600 && Number(rows[0]?.due) < 4_000, String(rows[0]?.due))
    assert.deepEqual(stateOf(await later()), ['delivered'])
  })
})

describe('a receiver that fails', () => {
  it('with 500 is tried four times, and later again, until it takes the message once', async (t) => {
    const { receiver, around, tell, later, states } = await scene(t, chat('slack'), 'slack')
    receiver.plans.push(...Array.from({ length: 6 }, () => answer(500)))
    assert.deepEqual(stateOf(await tell('1', ['a'])), ['waiting'])
    assert.deepEqual(around.waits, [1_000, 4_000, 16_000])
    assert.deepEqual(stateOf(await later()), ['delivered'])
    assert.equal(receiver.requests.length, 7)
    assert.equal(receiver.accepted.length, 1)
    assert.deepEqual(await states(), ['delivered'])
  })

  it('for long gets what is true then, and none of the news is lost', async (t) => {
    const { receiver, tell, later, states } = await scene(t, webhook(), 'webhook')
    receiver.plans.push(...Array.from({ length: 4 }, () => answer(503)))
    await tell('1', ['a'])
    await tell('2', ['a', 'b'])
    assert.deepEqual(await states(), ['superseded', 'delivered'])
    await later()
    const told = receiver.accepted.map(({ body }) => JSON.parse(body).data.appeared.length)
    assert.deepEqual(told, [2])
  })

  it('by refusing is not asked again, and hears the news with the next result', async (t) => {
    const { receiver, tell, later, states } = await scene(t, chat('slack'), 'slack')
    receiver.plans.push({ kind: 'answer', status: 404, body: 'no_service' })
    const [outcome] = await tell('1', ['a'])
    assert.deepEqual([outcome?.state, outcome?.detail], ['refused', 'answered 404: no_service'])
    assert.deepEqual(await later(), [])
    await tell('2', ['a'])
    assert.equal(receiver.accepted.length, 1)
    assert.match(receiver.accepted[0]?.body ?? '', /1 new/)
    assert.deepEqual(await states(), ['refused', 'delivered'])
  })

  it('by sending us elsewhere is not followed', async (t) => {
    const { receiver, tell } = await scene(t, webhook(), 'webhook')
    const other = await startReceiver(t, 'webhook')
    receiver.plans.push(answer(307, { location: other.url }))
    assert.deepEqual(stateOf(await tell('1', ['a'])), ['refused'])
    assert.equal(other.requests.length, 0)
  })

  it('by not being there gets the message when it is', async (t) => {
    const { receiver, around, tell, later } = await scene(t, chat('discord'), 'discord')
    const { url } = receiver
    // Nothing listens on port 1 of this machine.
    Object.assign(around.env, { HOOK_URL: 'http://127.0.0.1:2/' })
    const [outcome] = await tell('1', ['a'])
    assert.deepEqual(
      [outcome?.state, outcome?.detail],
      ['waiting', "can't be reached: ECONNREFUSED"],
    )
    Object.assign(around.env, { HOOK_URL: url })
    assert.deepEqual(stateOf(await later()), ['delivered'])
    assert.equal(receiver.accepted.length, 1)
  })
})

describe('a receiver of which nobody knows whether it took the message', () => {
  const faults: Plan['kind'][] = ['hang', 'close', 'accept-and-die', 'accept-and-hang']
  for (const kind of faults) {
    it(`since it does ${kind}: a chat is not told twice, and hears the news with the next result`, async (t) => {
      const { receiver, tell, later, states } = await scene(t, chat('slack'), 'slack')
      receiver.plans.push({ kind } as Plan)
      assert.deepEqual(stateOf(await tell('1', ['a'])), ['uncertain'])
      assert.deepEqual(await later(), [])
      assert.equal(receiver.requests.length, kind === 'close' ? 0 : 1)
      assert.deepEqual(await states(), ['uncertain'])
      assert.deepEqual(stateOf(await tell('2', ['a'])), ['delivered'])
      assert.match(receiver.accepted.at(-1)?.body ?? '', /1 new/)
    })
  }

  for (const kind of faults) {
    it(`since it does ${kind}: a webhook is sent again, with the same id`, async (t) => {
      const { receiver, tell, later, states } = await scene(t, webhook(), 'webhook')
      receiver.plans.push({ kind } as Plan)
      await tell('1', ['a'])
      while ((await states())[0] !== 'delivered') await later()
      const ids = new Set(receiver.requests.map(({ headers }) => headers['webhook-id']))
      assert.equal(ids.size, 1)
      assert.ok(receiver.accepted.length >= 1)
      // What a receiver sees that drops known ids.
      const bodies = new Set(receiver.accepted.map(({ body }) => body))
      assert.equal(bodies.size, 1)
    })
  }
})

describe('places on this machine', () => {
  it('get the result in full; a chat beside them does not wait for them', async (t) => {
    const { receiver, around, sink } = await scene(t, chat('slack'), 'slack')
    const common = { when: 'always', level: 'info', jobs: [] } as const
    const outcomes = await deliver({
      result: result('1', ['a']),
      sinks: [{ ...common, name: `out-${sink.name}`, type: 'stdout', format: 'text' }, sink],
      store: outbox(connection.db),
      around,
      full: (format) => `in full as ${format}`,
    })
    assert.deepEqual(stateOf(outcomes), ['delivered', 'delivered'])
    assert.deepEqual(around.printed, ['in full as text'])
    assert.equal(receiver.accepted.length, 1)
  })
})

describe('without a store', () => {
  it('everything open is news, and nothing is kept', async (t) => {
    const { receiver, sink, around } = await scene(t, chat('slack'), 'slack')
    const tell = (keys: string[]) =>
      deliver({ result: result('1', keys), sinks: [sink], store: null, around })
    assert.deepEqual(stateOf(await tell([])), ['quiet'])
    receiver.plans.push(answer(500), answer(429, { 'retry-after': '1' }))
    assert.deepEqual(stateOf(await tell(['a'])), ['delivered'])
    assert.equal(receiver.accepted.length, 1)
  })

  it('stops when a variable is not set, before anything is sent', async (t) => {
    const { receiver, sink, around } = await scene(t, chat('slack'), 'slack')
    const broken = chat('discord', { url: { env: 'NOT_SET' } } as Partial<Sink>)
    await assert.rejects(
      deliver({ result: result('1', ['a']), sinks: [sink, broken], store: null, around }),
      { code: 'SCOPE_CONFIG', message: /NOT_SET/ },
    )
    assert.equal(receiver.requests.length, 0)
  })
})
