import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { describeStatement } from './describe-statement.ts'

function label(text: string, role = 'authenticated'): string {
  return describeStatement(text, role).label
}

test("knows Supabase's services by role, schema and comment", () => {
  const cases: [text: string, role: string, kind: string, label: string][] = [
    [
      'SELECT users.* FROM users WHERE email = $1',
      'supabase_auth_admin',
      'auth',
      'Auth: select users',
    ],
    ['select * from auth.users', 'postgres', 'auth', 'Auth: select auth.users'],
    [
      'select name, id from storage.search($1,$2)',
      'authenticated',
      'storage',
      'Storage: select storage.search()',
    ],
    [
      'select "id" from "objects" where "name" = $1 and "bucket_id" = $2 limit $3',
      'authenticated',
      'storage',
      'Storage: select objects',
    ],
    [
      'SELECT wal->>$5 as type FROM realtime.list_changes($1, $2, $3, $4)',
      'supabase_admin',
      'realtime',
      'Realtime: poll of postgres_changes',
    ],
    [
      'select count(*) from documents\n-- source: dashboard\n-- user: x',
      'postgres',
      'dashboard',
      'Dashboard: select documents',
    ],
    ['select cron.schedule($1, $2)', 'postgres', 'cron', 'pg_cron: select cron.schedule()'],
    ['select graphql.resolve($1)', 'anon', 'graphql', 'GraphQL query'],
    [
      'SELECT name FROM pg_timezone_names',
      'authenticator',
      'rest',
      'PostgREST schema cache: select pg_timezone_names',
    ],
  ]
  for (const [text, role, kind, expected] of cases) {
    const shape = describeStatement(text, role)
    assert.deepEqual([shape.kind, shape.label, shape.place], [kind, expected, 'ranked'])
  }
})

test('says which application or edge function sent a tagged statement', () => {
  const web =
    "select id from members /*application='web',route='%2Fapi%2Fchat',traceparent='00-ab-cd-01'*/"
  assert.deepEqual(
    [describeStatement(web, 'postgres').kind, label(web, 'postgres')],
    ['direct', 'web /api/chat: select members'],
  )
  const edge = "/*edge_function='chat-completion'*/ select id from members"
  assert.deepEqual(
    [describeStatement(edge, 'postgres').kind, label(edge, 'postgres')],
    ['edge', 'edge chat-completion: select members'],
  )
  assert.equal(label("select id from t /*application='%ff'*/"), '%ff: select t')
})

test('puts other SQL into a few words', () => {
  const cases: [string, string][] = [
    ['select m.id from messages m join members b on b.id = m.by', 'select messages join members'],
    ['select * from public.a as x, b y, lateral f(x.id) z', 'select a join b'],
    [
      'with recent as materialized (select * from messages) select * from recent',
      'select messages',
    ],
    [
      'insert into documents (id) values ($1) on conflict (id) do update set id = $2',
      'upsert documents',
    ],
    ['update only documents set stale = $1 from members', 'update documents join members'],
    ['delete from documents where id = $1', 'delete documents'],
    ['select id from jobs for update skip locked', 'select jobs'],
    ['select extract(epoch from at), substring(name from $1) from events', 'select events'],
    ['select * from a where x is distinct from y', 'select a'],
    ['select refresh_stats($1)', 'select refresh_stats()'],
    [
      'merge into stock s using delivered d on s.id = d.id when matched then update set n = $1',
      'merge stock',
    ],
    ['create index concurrently on public.messages (id)', 'create index on messages'],
    ['drop index concurrently if exists public.by_org', 'drop index by_org'],
    ['refresh materialized view concurrently daily', 'refresh materialized view daily'],
    ['copy public.events (id) from stdin', 'copy events'],
    ['vacuum (analyze) events', 'vacuum events'],
    ['call tidy($1)', 'call tidy()'],
    ['do $$ begin perform 1; end $$', 'do block'],
    ['explain (format json) select 1 from messages', 'explain select messages'],
    ['select a.x from t1 a, t2, t3, t4, t5', 'select t1 join t2 join t3 join t4 and 1 more'],
    ['(select 1 from a) union (select 2 from b)', 'select a join b'],
  ]
  for (const [text, expected] of cases) assert.equal(label(text, 'postgres'), expected)
})

test('sets housekeeping and our own statements apart, whoever runs them', () => {
  for (const text of [
    'BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY',
    'commit',
    'set local statement_timeout = 5000',
    "select set_config('search_path', $1, true), set_config($2, $3, true)",
    'select $1',
    '-- ping',
    '',
    'insert into cron.job_run_details (jobid) values ($1)',
  ]) {
    assert.equal(describeStatement(text, 'authenticated').place, 'housekeeping', text)
  }
  assert.equal(describeStatement('select set_config($1, $2, $3), burn()', 'anon').place, 'ranked')
  assert.equal(describeStatement('select now()', 'anon').place, 'ranked')
  assert.equal(describeStatement('select /* supascope */ 1 from x', 'postgres').place, 'own')
})

const fragments = fc.constantFrom(
  'WITH',
  'pgrst_source',
  'AS',
  '(',
  ')',
  'SELECT',
  'FROM',
  'WHERE',
  'AND',
  'NOT',
  '"a"."b"',
  '.',
  ',',
  '$1',
  '=',
  'LATERAL',
  'JOIN',
  'ORDER BY',
  'insert into',
  'update',
  'delete',
  'on conflict',
  'explain',
  'do',
  'set_config',
  '::',
  '->>',
  ';',
  "'",
  '"',
  '/*',
  '*/',
  '--',
  '\n',
  'limit',
  'body',
)

test('gives any text a bounded label', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fragments, fc.string({ unit: 'binary' })), { maxLength: 200 }),
      fc.string(),
      (parts, role) => {
        const shape = describeStatement(parts.join(' '), role)
        assert.ok(shape.label.length > 0 && shape.label.length <= 240)
      },
    ),
    { numRuns: 500 },
  )
})

test('takes texts of a megabyte, whatever they repeat', () => {
  for (const part of [
    '(',
    '/*',
    '"a".',
    '$a',
    "E'\\'",
    'WITH pgrst_source AS ( SELECT ',
    'LATERAL ( SELECT a FROM ',
    'WITH a AS (',
    'from a, ',
    'explain ',
    'x and ',
    'update a ',
    '"',
    'select set_config($1), ',
  ]) {
    const text = `WITH pgrst_source AS (${part.repeat(1_000_000 / part.length)}`
    for (const hostile of [text, part.repeat(1_000_000 / part.length)]) {
      assert.ok(describeStatement(hostile, 'anon').label.length <= 240)
    }
  }
})
