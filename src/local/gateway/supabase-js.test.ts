import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import pg from 'pg'
import { jwtSecret, type TestGateway, testGateway, userId } from '../../../test/gateway.ts'
import { describeStatement } from '../../analyze/index.ts'
import { signToken } from './index.ts'

const gateway = await testGateway()
const anon = clientOf(gateway, gateway.keys.anonKey)
const backend = clientOf(gateway, gateway.keys.serviceRoleKey)

function clientOf({ url }: TestGateway, key: string): SupabaseClient {
  return createClient(url, key, { accessToken: async () => key })
}

test('reads with filters, order, pages and counts', async () => {
  const { data, count, error, status } = await anon
    .from('films')
    .select('title, directors!inner(last_name)', { count: 'exact' })
    .gte('year', 1939)
    .in('director_id', [1, 2])
    .or('title.ilike.%b%,year.lt.1940')
    .order('year', { ascending: false })
    .range(0, 1)
  assert.equal(error, null)
  assert.equal(status, 206)
  assert.equal(count, 3)
  assert.deepEqual(data, [
    { title: 'Le Bonheur', directors: { last_name: 'Varda' } },
    { title: 'Cluny Brown', directors: { last_name: 'Lubitsch' } },
  ])
})

test('reads one, one perhaps, none', async () => {
  const one = await anon.from('directors').select('last_name').eq('id', 1).single()
  assert.deepEqual(one.data, { last_name: 'Lubitsch' })
  const none = await anon.from('directors').select().eq('id', 99).maybeSingle()
  assert.deepEqual([none.data, none.error], [null, null])
  const several = await anon.from('directors').select().single()
  assert.equal(several.error?.code, 'PGRST116')
  const counted = await anon.from('films').select('*', { count: 'exact', head: true })
  assert.equal(counted.count, 4)
})

test('searches, looks into JSON and arrays', async () => {
  const found = await anon
    .from('texts')
    .select('id')
    .textSearch('vector', `'cat' & 'rat'`, { config: 'english' })
  assert.deepEqual(found.data, [{ id: 1 }])
  const contained = await anon.from('people').select('name').contains('tags', ['kind', 'quick'])
  assert.deepEqual(contained.data, [{ name: 'Bob' }])
  const inside = await anon.from('people').select('name').contains('details', { blood_type: 'O+' })
  assert.deepEqual(inside.data, [{ name: 'Bob' }])
  const path = await anon.from('people').select('details->phones').eq('details->>blood_type', 'A-')
  assert.deepEqual(path.data, [{ phones: [{ number: '917' }] }])
})

test('orders and limits what it embeds', async () => {
  const { data } = await anon
    .from('directors')
    .select('id, films(title)')
    .order('title', { referencedTable: 'films' })
    .limit(1, { referencedTable: 'films' })
    .eq('id', 1)
  assert.deepEqual(data, [{ id: 1, films: [{ title: 'Cluny Brown' }] }])
})

test('writes', async () => {
  const inserted = await backend
    .from('employees')
    .insert({ name: 'Kim', salary: 1 })
    .select('name')
    .single()
  assert.deepEqual(inserted.data, { name: 'Kim' })
  const bulk = await backend.from('employees').insert([
    { name: 'Lo', salary: 2 },
    { name: 'Mo', salary: 3 },
  ])
  assert.deepEqual([bulk.status, bulk.error], [201, null])
  const defaults = await backend
    .from('employees')
    .insert([{ name: 'No' }, { name: 'Oz', salary: 4 }], { defaultToNull: false })
    .select('name,salary')
  assert.deepEqual(defaults.data, [
    { name: 'No', salary: 1000 },
    { name: 'Oz', salary: 4 },
  ])
  const upserted = await backend
    .from('employees')
    .upsert({ name: 'Kim', salary: 9 }, { onConflict: 'name' })
    .select('salary')
  assert.deepEqual([upserted.status, upserted.data], [200, [{ salary: 9 }]])
  const updated = await backend
    .from('employees')
    .update({ salary: 10 })
    .eq('name', 'Kim')
    .select('salary')
  assert.deepEqual(updated.data, [{ salary: 10 }])
  const deleted = await backend
    .from('employees')
    .delete({ count: 'exact' })
    .in('name', ['Lo', 'Mo'])
  assert.deepEqual([deleted.status, deleted.count], [204, 2])
})

test('calls functions', async () => {
  assert.equal((await anon.rpc('add_them', { a: 1, b: 2 })).data, 3)
  assert.equal((await anon.rpc('add_them', { a: 1 }, { get: true })).data, 2)
  const films = await anon
    .rpc('best_films')
    .select('title')
    .gt('year', 1940)
    .order('title')
    .limit(1)
  assert.deepEqual(films.data, [{ title: 'Cluny Brown' }])
  assert.equal((await anon.rpc('refuse')).error?.message, 'I refuse!')
})

test('signs a user in by a token', async () => {
  const token = signToken({ role: 'authenticated', sub: userId }, jwtSecret)
  const user = createClient(gateway.url, gateway.keys.anonKey, { accessToken: async () => token })
  assert.deepEqual((await user.from('secrets').select('word')).data, [{ word: 'mine' }])
})

test('leaves statements that are told as requests', async () => {
  const own = await testGateway()
  const client = clientOf(own, own.keys.anonKey)
  const service = clientOf(own, own.keys.serviceRoleKey)
  await client
    .from('films')
    .select('title,directors(last_name)')
    .eq('year', 1939)
    .order('title')
    .limit(3)
  await client.from('people').select('id', { count: 'exact', head: true }).is('age', null)
  await client
    .from('texts')
    .select('id')
    .textSearch('vector', 'cat', { type: 'websearch', config: 'english' })
  await client.rpc('add_them', { a: 1, b: 2 })
  await client.rpc('best_films', {}, { get: true })
  await service.from('directors').insert({ id: 20, last_name: 'x' })
  await service.from('directors').upsert({ id: 20, last_name: 'y' })
  await service.from('directors').update({ last_name: 'z' }).eq('id', 20)
  await service.from('directors').delete().eq('id', 20)

  const admin = new pg.Client(own.database.adminUrl)
  await admin.connect()
  const { rows } = await admin.query<{ query: string; role: string }>(
    `select s.query, r.rolname as role from extensions.pg_stat_statements s
    join pg_roles r on r.oid = s.userid join pg_database d on d.oid = s.dbid
    where d.datname = current_database() and r.rolname in ('anon', 'service_role')`,
  )
  await admin.end()
  const labels = rows
    .map(({ query, role }) => describeStatement(query, role))
    .filter(({ place }) => place === 'ranked')
    .map(({ label }) => label)
  assert.deepEqual(labels.sort(), [
    'DELETE /rest/v1/directors?id=eq.…',
    'GET /rest/v1/films?year=eq.…&select=*,directors(…)&order=title&limit=…',
    'GET /rest/v1/texts?vector=wfts.…',
    'HEAD /rest/v1/people?age=is.… (count=exact)',
    'PATCH /rest/v1/directors?id=eq.…',
    'POST /rest/v1/directors',
    'POST /rest/v1/directors?on_conflict=id (upsert)',
    'RPC add_them',
    'RPC best_films',
  ])
})
