/** Two processes deliver the same results and are killed at random: nothing twice, nothing lost. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import pg from 'pg'
import { testDatabase } from '../database.ts'
import { poolerUnavailable, startPgbouncer } from '../pgbouncer.ts'
import { type Plan, type Receiver, startReceiver, webhookSecret } from './receiver.ts'

const results = 16
/** Requests in the middle of which a process is killed; there are at least twice as many as results. */
const killedAt = [2, 7, 12, 17, 22]

/** Small and good enough: which request dies is chance, but told by the seed. */
function chanceFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const faults: Plan[] = [
  { kind: 'answer', status: 500 },
  { kind: 'answer', status: 429, headers: { 'retry-after': '1' } },
  { kind: 'accept-and-die' },
  { kind: 'close' },
]

/** Keeps two processes at it until one ends by itself, since nothing is left to do. */
async function deliverWithKills(
  t: TestContext,
  args: string[],
  receivers: Receiver[],
  chance: () => number,
): Promise<number> {
  const running = new Set<ChildProcess>()
  t.after(() => {
    for (const child of running) child.kill('SIGKILL')
  })
  let killed = 0
  let requests = 0
  const start = (): Promise<void> => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'deliverer.ts'), ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    running.add(child)
    return once(child, 'exit').then(async ([status, signal]) => {
      running.delete(child)
      if (signal === 'SIGKILL') await start()
      else assert.equal(status, 0)
    })
  }
  for (const receiver of receivers) {
    // In the middle of a delivery, before it is answered.
    receiver.onRequest = () => {
      if (chance() < 0.15) receiver.plans.push(faults[Math.floor(chance() * faults.length)] as Plan)
      requests += 1
      if (!killedAt.includes(requests)) return
      const [victim] = [...running].toSorted(() => chance() - 0.5)
      victim?.kill('SIGKILL')
      killed += 1
    }
  }
  await Promise.all([start(), start()])
  return killed
}

test('nothing is told twice and nothing is lost, whoever is killed', async (t) => {
  const { url } = await testDatabase({ migrated: true })
  await killAndCount(t, url, url)
})

test('nor through the transaction pooler', { skip: await poolerUnavailable() }, async (t) => {
  const database = await testDatabase({ migrated: true })
  const pooler = await startPgbouncer(t, database)
  await killAndCount(t, database.url, pooler.url(database.name))
})

async function killAndCount(t: TestContext, url: string, deliveredBy: string): Promise<void> {
  const seed = Math.floor(Math.random() * 2 ** 32)
  t.diagnostic(`seed ${seed}`)
  const slack = await startReceiver(t, 'slack')
  const hook = await startReceiver(t, 'webhook', '/hook')
  const args = [deliveredBy, String(results), slack.url, hook.url, webhookSecret]
  const killed = await deliverWithKills(t, args, [slack, hook], chanceFrom(seed))
  assert.equal(killed, killedAt.length)

  const client = new pg.Client({ connectionString: url })
  await client.connect()
  t.after(() => client.end())
  const { rows } = await client.query<{ sink: string; window_key: string; state: string }>(
    'select sink, window_key, state from supascope.deliveries',
  )
  assert.equal(rows.length, 2 * results)
  const windowOf = (body: string): string => /w-(\d+)-w/.exec(body)?.[1] ?? '?'

  const posted = slack.accepted.map(({ body }) => windowOf(body))
  assert.equal(new Set(posted).size, posted.length, 'Slack was told something twice')
  const states = { delivered: 0, uncertain: 0 }
  for (const { window_key, state } of rows.filter(({ sink }) => sink === 'slack')) {
    assert.ok(state === 'delivered' || state === 'uncertain', state)
    states[state] += 1
    // What is called delivered has arrived; what has not is called uncertain.
    if (state === 'delivered') assert.ok(posted.includes(window_key), `${window_key} is lost`)
  }

  const ids = new Set(hook.accepted.map(({ headers }) => headers['webhook-id']))
  assert.equal(ids.size, results)
  const order = [...new Set(hook.accepted.map(({ body }) => Number(windowOf(body))))]
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
    'out of order',
  )
  for (const { state } of rows.filter(({ sink }) => sink === 'webhook')) {
    assert.equal(state, 'delivered')
  }
  t.diagnostic(
    `${killed} killed; Slack: ${states.delivered} delivered, ${states.uncertain} uncertain of ${results}; ` +
      `webhook: ${hook.accepted.length} messages of ${ids.size} ids`,
  )
}
