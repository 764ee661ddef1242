import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { testDatabase } from '../../../test/database.ts'
import { signToken, startGateway } from '../gateway/index.ts'
import { createDemo, openWorkload } from './index.ts'
import { seededRandom, shuffled } from './random.ts'

const jwtSecret = 'a secret of the tests of the workload'
const database = await testDatabase()
await createDemo({ url: database.url, scale: 0.1 })
const keys = {
  anonKey: signToken({ role: 'anon' }, jwtSecret),
  serviceRoleKey: signToken({ role: 'service_role' }, jwtSecret),
  jwtSecret,
}
const gateway = await startGateway({ ...keys, databaseUrl: database.roleUrl('authenticator') })
after(() => gateway.stop())
const stack = {
  ...keys,
  url: database.url,
  gatewayUrl: gateway.url,
  token: (sub: string) => signToken({ role: 'authenticated', sub }, jwtSecret),
}

test('every screen and job works, and leaves statements of its own', async () => {
  const workload = await openWorkload(stack)
  after(() => workload.close())
  const result = await workload.run({
    inbox: 2,
    message: 1,
    usage: 1,
    search: 1,
    history: 1,
    prompts: 1,
    assistant: 1,
    account: 1,
    theme: 1,
    write: 1,
    conversation: 1,
    pricing: 1,
    metering: 1,
    quota: 1,
    organisations: 1,
  })
  assert.deepEqual(result, { done: 16, cancelled: 0, failures: [] })
  const client = new pg.Client(database.adminUrl)
  await client.connect()
  const { rows } = await client.query<{ lists: number; lookups: number }>(
    `select sum(calls) filter (where query like '%"conversations"."archived" = %')::int as lists,
      sum(calls) filter (where query like '%"messages"."conversation_id" = %')::int as lookups
    from extensions.pg_stat_statements s join pg_database d on d.oid = s.dbid
    where d.datname = current_database()`,
  )
  await client.end()
  assert.equal(rows[0]?.lists, 2)
  assert.ok(Number(rows[0]?.lookups) > 10, 'the inbox asks once a conversation')
})

test('tells what fails, and goes on', async () => {
  const client = new pg.Client(database.url)
  await client.connect()
  await client.query('alter table public.plans rename to prices')
  const workload = await openWorkload(stack)
  after(() => workload.close())
  const result = await workload.run({ pricing: 2, account: 1 })
  await client.query('alter table public.prices rename to plans')
  await client.end()
  assert.equal(result.done, 1)
  assert.deepEqual(result.failures, [
    'pricing: 42P01 relation "public.plans" does not exist',
    'pricing: 42P01 relation "public.plans" does not exist',
  ])
})

test('ends at once when it is closed, and calls that no failure', async () => {
  const workload = await openWorkload(stack)
  const running = workload.run({ summary: 4, prompts: 50 })
  await workload.once()
  await workload.close()
  await gateway.reload()
  const result = await Promise.race([running, gateway.stop().then(() => running)])
  assert.deepEqual(result.failures, [])
  await workload.close()
})

test('chance is the same each time, and shuffling loses nothing', () => {
  const draw = (seed: number): number[] => {
    const random = seededRandom(seed)
    return Array.from({ length: 5 }, random)
  }
  assert.deepEqual(draw(7), draw(7))
  assert.notDeepEqual(draw(7), draw(8))
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
      const mixed = shuffled(items, seededRandom(seed))
      assert.deepEqual(mixed.toSorted(), items.toSorted())
      assert.ok(seededRandom(seed)() < 1)
    }),
  )
})
