import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { testDatabase } from './database.ts'
import { poolerUnavailable, startPgbouncer } from './pgbouncer.ts'

test('the pooler hands out a connection a transaction', {
  skip: await poolerUnavailable(),
}, async (t) => {
  const database = await testDatabase()
  const pooler = await startPgbouncer(t, database)
  const clients = [1, 2].map(() => {
    return new pg.Client({ connectionString: pooler.url(database.name) })
  })
  const [first, second] = clients
  assert.ok(first && second)
  await Promise.all(clients.map((client) => client.connect()))
  const backend = async (client: pg.Client): Promise<number> =>
    (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0

  const before = await backend(first)
  await second.query('begin')
  const taken = await backend(second)
  assert.equal(taken, before, 'an idle client holds no connection')
  assert.notEqual(await backend(first), before)
  await second.query('commit')

  await Promise.all(clients.map((client) => client.end()))
})

test('the pooler refuses a wrong password', { skip: await poolerUnavailable() }, async (t) => {
  const database = await testDatabase()
  const pooler = await startPgbouncer(t, database)
  const url = pooler.url(database.name).replace(':postgres@', ':wrong@')
  const client = new pg.Client({ connectionString: url })
  await assert.rejects(client.connect(), { code: '08P01' })
})
