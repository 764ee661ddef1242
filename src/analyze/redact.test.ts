import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mayResetStatistics, redactRunning, redactStatement } from './redact.ts'

test('leaves a normalised statement as it is, comments and all', () => {
  for (const text of [
    'select * from t where a = $1 and b in ($2, $3)',
    "/*application='web',route='%2Fapi%2Fchat'*/ select 1 + $1",
    'select a from t -- why\nwhere b = $1',
    '(select $1) union all (select $2)',
    'with x as (select $1) insert into t select * from x',
    'merge into t using u on t.a = u.a when matched then update set b = $1',
    'select "it\'s" from "a""b" where c = $1',
    'VALUES ($1), ($2)',
    'table t',
  ]) {
    assert.equal(redactStatement(text), text)
  }
})

test('replaces strings that the server left in a planned statement, as it would have', () => {
  assert.equal(
    redactStatement("select * from users where email = 'a@b.c' and id = $1 and x = E'\\''"),
    'select * from users where email = $2 and id = $1 and x = $3',
  )
})

test('replaces every kind of string in a utility statement, and drops comments', () => {
  const cases = {
    "create role app login password 'geheim'": "create role app login password '…'",
    "ALTER USER app PASSWORD E'gehe\\'im'": "ALTER USER app PASSWORD '…'",
    "/* key=geheim */ set statement_timeout = '8s' -- geheim": "set statement_timeout = '…'",
    "do $$ begin perform 'geheim'; end $$": "do '…'",
    'create function f() returns text language sql as $fn$ select $1, $$geheim$$ $fn$':
      "create function f() returns text language sql as '…'",
    "create server s options (host 'h', password U&'gehei\\006d')":
      "create server s options (host '…', password '…')",
    "comment on table t is 'geheim": "comment on table t is '…'",
    "execute plan('geheim', 4111111111111111)": "execute plan('…', '…')",
    'call charge(4111111111111111)': "call charge('…')",
    'set search_path to public, extensions': 'set search_path to public, extensions',
    'set local statement_timeout = 8000': 'set local statement_timeout = 8000',
    'set app.key = geheim': "set app.key = '…'",
    'alter database d set app.jwt.secret to "geheim"': "alter database d set app.jwt.secret to '…'",
    'vacuum (analyze) t': 'vacuum (analyze) t',
  }
  for (const [text, expected] of Object.entries(cases)) {
    assert.equal(redactStatement(text), expected)
  }
})

test('gives up on the rest where a backslash may or may not end a string', () => {
  assert.equal(
    redactStatement("alter role a password 'x\\' geheim' valid"),
    "alter role a password '…'",
  )
  assert.equal(redactStatement("select 'x\\' geheim'"), "select '…'")
})

test('no planted secret survives, wherever in a utility statement it stands', () => {
  const secret = 'geheim'
  const quoted = fc.constantFrom(
    `'${secret}'`,
    `'it''s ${secret}'`,
    `E'a\\'${secret}\\\\'`,
    `U&'\\0041${secret}'`,
    `$$${secret} '$$`,
    `$tag$ $$ ${secret} $tag$`,
    `/* ' ${secret} */`,
    `-- ${secret}\n`,
    `/* /* */ ${secret} */`,
  )
  // Nothing can follow what has no end.
  const open = fc.constantFrom('', `'\n${secret}`, `$x$${secret}`, `E'\\'${secret}`, `/* ${secret}`)
  const code = fc.constantFrom(
    'password',
    '"a quoted ""name"""',
    '(',
    ')',
    ',',
    '::text',
    '=',
    '$1',
    '42',
    "''",
    'e',
    '/* c */',
    '\n',
  )
  const start = fc.constantFrom('create role r', 'alter user u', 'do', 'copy t from', 'notify c,')
  fc.assert(
    fc.property(start, fc.array(fc.oneof(code, quoted)), open, (first, parts, last) => {
      const text = [first, ...parts, last].join(' ')
      assert.ok(!redactStatement(text).includes(secret), redactStatement(text))
    }),
  )
})

test('replaces numbers too in what runs, whole or cut off, and in several statements at once', () => {
  const cases = {
    'select * from t where card = 4111111111111111 and a = $1 limit 10':
      'select * from t where card = $2 and a = $1 limit $3',
    "insert into t values (17, 'geheim": 'insert into t values ($1, $2',
    "begin; update t set pin = 1234 where name = 'geheim'; commit":
      "begin; update t set pin = '…' where name = '…'; commit",
    'set statement_timeout = 8000': 'set statement_timeout = 8000',
    ROLLBACK: 'ROLLBACK',
  }
  for (const [text, expected] of Object.entries(cases)) assert.equal(redactRunning(text), expected)
})

test('takes any text, and redacting twice changes nothing more', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (text) => {
      const once = redactStatement(text)
      assert.equal(redactStatement(once), once)
    }),
  )
})

test('knows what may reset statistics by its text', () => {
  assert.ok(mayResetStatistics('SELECT extensions.PG_STAT_STATEMENTS_RESET($1, $2, $3)'))
  assert.ok(!mayResetStatistics('select * from pg_stat_statements'))
})
