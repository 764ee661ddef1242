import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { jwtSecret, testGateway, userId } from '../../../test/gateway.ts'
import { signToken } from './index.ts'

const gateway = await testGateway({ maxBodyBytes: 10_000 })
const admin = new pg.Client(gateway.database.adminUrl)
await admin.connect()
after(() => admin.end())

/** What must be there whatever is sent. */
async function untouched(): Promise<void> {
  const { rows } = await admin.query(
    `select (select count(*) from public.people)::int as people,
      (select count(*) from pg_class where relname = 'pwned')::int as pwned`,
  )
  assert.deepEqual(rows, [{ people: 4, pwned: 0 }])
}

const injections = [
  `x"; drop table public.people; --`,
  `x' ; create table public.pwned(); --`,
  `id) from public.people; create table public.pwned(); --`,
  `"people" where 1=1; delete from public.people; --`,
  `\\'; delete from public.people; --`,
  `1 union select rolpassword from pg_authid`,
  '$$; drop table public.people; $$',
  'a\0b',
]

test('names and values are never SQL', async () => {
  for (const text of injections) {
    const e = encodeURIComponent(text)
    const q = encodeURIComponent(`"${text.replace(/["\\]/g, '\\$&')}"`)
    const paths = [
      `/${e}`,
      `/people?${e}=eq.1`,
      `/people?${q}=eq.1`,
      `/people?name=eq.${e}`,
      `/people?name=${e}`,
      `/people?id=in.(${e})`,
      `/people?id=is.${e}`,
      `/people?select=${e}`,
      `/people?select=${q}:${q}`,
      `/people?select=id::${e}`,
      `/people?select=details->>${q}`,
      `/people?select=films!${q}(id)`,
      `/people?order=${e}`,
      `/people?order=${q}.desc`,
      `/people?limit=${e}`,
      `/people?offset=${e}`,
      `/people?or=(${e})`,
      `/people?or=(name.eq.${q})`,
      `/texts?vector=fts(${e}).cat`,
      `/texts?vector=wfts.${e}`,
      `/rpc/${e}`,
      `/rpc/add_them?a=${e}`,
    ]
    for (const path of paths) {
      const answer = await gateway.request(path)
      await answer.arrayBuffer()
      assert.ok(answer.status < 500, `${answer.status} for ${decodeURIComponent(path)}`)
    }
    const bodies = [{ [text]: 1 }, { id: 50, name: text }, [{ [text]: 1 }, { [text]: 2 }]]
    for (const body of bodies.map((one) => JSON.stringify(one))) {
      for (const path of [
        '/secrets',
        `/secrets?columns=${q}`,
        `/secrets?on_conflict=${q}`,
        '/rpc/add_them',
      ]) {
        const headers = { prefer: 'resolution=merge-duplicates,missing=default' }
        const answer = await gateway.request(path, { as: 'user', method: 'POST', body, headers })
        await answer.arrayBuffer()
        assert.ok(
          answer.status >= 400 && answer.status < 500,
          `${answer.status} for ${path} ${body}`,
        )
      }
    }
    await untouched()
  }
})

test('no query string ends it, and none is an error of its own', async () => {
  const piece = fc.constantFrom(
    'select',
    'order',
    'or',
    'and',
    'not',
    'id',
    'name',
    'eq',
    'in',
    'is',
    'cs',
    'fts',
    '=',
    '&',
    '.',
    ',',
    '(',
    ')',
    '{',
    '}',
    '"',
    '\\',
    '->',
    '->>',
    '::',
    ':',
    '!',
    '*',
    '1',
    'null',
    '%',
    '%00',
    '%ff',
    ' ',
  )
  const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''))
  await fc.assert(
    fc.asyncProperty(text, async (query) => {
      const answer = await gateway.request(`/people?${query}`)
      await answer.arrayBuffer()
      assert.ok(answer.status < 500, `${answer.status} for ${query}`)
    }),
    { numRuns: 300 },
  )
})

test('nesting is bounded', async () => {
  const deep = (open: string, close: string, inner: string): string =>
    open.repeat(2000) + inner + close.repeat(2000)
  for (const path of [
    `/people?or=${deep('(and', ')', '(id.eq.1)')}`,
    `/people?select=${deep('films(', ')', 'id')}`,
  ]) {
    const answer = await gateway.request(path)
    assert.equal(((await answer.json()) as { code: string }).code, 'PGRST100')
  }
})

test('a body beyond the limit is refused', async () => {
  const answer = await gateway.request('/secrets', {
    as: 'user',
    method: 'POST',
    body: JSON.stringify({ word: 'x'.repeat(20_000) }),
  })
  assert.equal(answer.status, 413)
})

test('keys and tokens are proven', async () => {
  const get = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${gateway.url}/rest/v1/people?select=id`, { headers })
  const { anonKey } = gateway.keys
  assert.equal((await get({})).status, 401)
  assert.equal((await get({ apikey: 'wrong' })).status, 401)
  const signed = signToken({ role: 'service_role', sub: userId }, jwtSecret)
  assert.equal((await get({ apikey: signed })).status, 401, 'signed, but no key of the project')
  assert.equal((await get({ apikey: anonKey })).status, 200)
  assert.equal((await fetch(`${gateway.url}/rest/v1/people?apikey=${anonKey}`)).status, 200)

  const bearer = async (
    claims: Record<string, unknown>,
    secret = jwtSecret,
  ): Promise<[number, string]> => {
    const answer = await get({
      apikey: anonKey,
      authorization: `Bearer ${signToken(claims, secret)}`,
    })
    const { code } = (await answer.json()) as { code: string }
    return [answer.status, code]
  }
  const claims = { role: 'authenticated', sub: userId }
  assert.deepEqual(await bearer({ role: 'service_role' }, 'forged'), [401, 'PGRST301'])
  assert.deepEqual(await bearer({ ...claims, exp: 1 }), [401, 'PGRST303'])
  assert.deepEqual(await bearer({ role: 'nobody' }), [401, '22023'])
  assert.deepEqual(await bearer({ role: 'supabase_admin' }), [403, '42501'])
  assert.deepEqual(await bearer({ role: ['a'] }), [401, 'PGRST303'])
})

/** What comes back for bytes that no HTTP client would send. */
function sendRaw(bytes: string): Promise<string> {
  const { port } = new URL(gateway.url)
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(port), '127.0.0.1', () => socket.end(bytes))
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', () => undefined).on('close', () => resolve(answer))
  })
}

test('what is not HTTP is hung up on, and the next request is served', async () => {
  assert.match(await sendRaw('\0\x01garbage\r\n\r\n'), /^HTTP\/1.1 400 /)
  for (const path of ['//', '*', 'http://[', '/rest/v1/%E0%A4%A']) {
    const head = `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\napikey: ${gateway.keys.anonKey}`
    assert.match(await sendRaw(`${head}\r\n\r\n`), /^HTTP\/1.1 404 /, path)
  }
  for (const path of ['//', '/%', '/people/1', '/../etc', '/']) {
    const { status } = await gateway.request(path)
    assert.ok(status >= 400 && status < 500)
  }
  assert.equal((await gateway.request('/people')).status, 200)
})

test('a statement beyond the timeout of the role is a 500 with 57014', async () => {
  const slow = async (as: 'anon' | 'user'): Promise<unknown[]> => {
    const body = JSON.stringify({ seconds: 20 })
    const answer = await gateway.request('/rpc/sleep', { as, method: 'POST', body })
    const { code, message } = (await answer.json()) as { code: string; message: string }
    return [answer.status, code, message]
  }
  await admin.query("alter role anon set statement_timeout = '100ms'")
  try {
    await gateway.reload()
    assert.deepEqual(await slow('anon'), [
      500,
      '57014',
      'canceling statement due to statement timeout',
    ])
  } finally {
    await admin.query("alter role anon set statement_timeout = '3s'")
    await gateway.reload()
  }
})

test('a client that leaves takes its transaction along', { timeout: 60_000 }, async () => {
  const left = new AbortController()
  const request = gateway.request('/rpc/sleep_on', {
    as: 'service_role',
    method: 'POST',
    body: '{}',
    signal: left.signal,
  })
  const running = async (): Promise<number> => {
    const { rows } = await admin.query(
      `select pid from pg_stat_activity where datname = current_database()
        and state <> 'idle' and query like '%"sleep_on"%' and pid <> pg_backend_pid()`,
    )
    return rows.length
  }
  while ((await running()) === 0);
  left.abort()
  await assert.rejects(request, { name: 'AbortError' })
  while ((await running()) > 0);
  assert.equal((await gateway.request('/people')).status, 200)
})

test('Server-Timing tells the steps that ran', async () => {
  const steps = async (path: string, headers = {}): Promise<string[]> => {
    const answer = await gateway.request(path, { headers })
    const header = answer.headers.get('server-timing') ?? ''
    assert.match(header, /^[a-z]+;dur=\d+\.\d(, [a-z]+;dur=\d+\.\d)*$/)
    return header.split(', ').map((step) => step.split(';', 1)[0] ?? '')
  }
  const all = ['jwt', 'parse', 'plan', 'transaction', 'response']
  assert.deepEqual(await steps('/people'), all)
  assert.deepEqual(await steps('/people', { authorization: 'Bearer x' }), all.slice(0, 1))
  assert.deepEqual(await steps('/people?id=wrong'), all.slice(0, 2))
  assert.deepEqual(await steps('/people?id=eq.wrong'), all.slice(0, 4))
})
