import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  around,
  fingerprint,
  parseExpression,
  parsePlpgsql,
  parseSql,
  spanOfCall,
  walk,
} from './index.ts'

function tree(text: string): Parameters<typeof walk>[0] {
  const parsed = parseSql(text)
  assert.ok(parsed.ok, `${text}: ${parsed.ok ? '' : parsed.error}`)
  const [statement] = parsed.statements
  assert.ok(statement)
  return statement.tree
}

/** What could be in the body of a function, whole or broken. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        'select',
        '(',
        ')',
        "'",
        '$$',
        ';',
        '--',
        '/*',
        'from',
        't',
        ',',
        '1',
        'é\u{1f600}',
        '\ud800',
        '\0',
        'begin',
        'end',
        'loop',
        'if',
        'as $x$',
        'case',
        'when',
        '::',
        '{',
        ':=',
      ),
      { maxLength: 60 },
    )
    .map((words) => words.join(' ')),
)

describe('parseSql', () => {
  it('cuts a text into its statements, by characters and not by bytes', () => {
    const parsed = parseSql("/* ü */ select 'é€😀' ; -- next\n update t set a = 1;")
    assert.ok(parsed.ok)
    assert.deepEqual(
      parsed.statements.map(({ text, tree }) => [text, Object.keys(tree)]),
      [
        ["select 'é€😀'", ['SelectStmt']],
        ['update t set a = 1', ['UpdateStmt']],
      ],
    )
  })

  it('takes what the statistics hold: parameters for constants', () => {
    assert.ok(parseSql('select * from t where a = $1 limit $2').ok)
  })

  it('refuses what the parser would cut off, and what is too long or too deep', () => {
    assert.deepEqual(parseSql('select 1\0; drop table t'), {
      ok: false,
      error: 'holds a NUL character',
    })
    assert.ok(!parseSql(`select '${'x'.repeat(200_000)}'`).ok)
    assert.ok(!parseSql(`select ${'(select '.repeat(20_000)}1${')'.repeat(20_000)}`).ok)
    // How deep the parser gets depends on the stack; it stays whole in any case.
    parseSql(`select ${'1+'.repeat(20_000)}1`)
    assert.ok(parseSql('select 1').ok)
  })

  it('never throws', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const result of [parseSql(text), parseExpression(text)]) {
          assert.equal(typeof result.ok, 'boolean')
          if (!result.ok) assert.notEqual(result.error, '')
        }
        fingerprint(text)
      }),
      { numRuns: 300 },
    )
  })
})

describe('parseExpression', () => {
  it('gives the tree of the expression alone', () => {
    const parsed = parseExpression('(user_id = ( SELECT auth.uid() AS uid)) -- mine')
    assert.ok(parsed.ok)
    assert.deepEqual(Object.keys(parsed.tree), ['A_Expr'])
  })

  it('takes nothing more for one', () => {
    for (const text of ['', '1) from t where (true', '1), (2', '1); select (2', 'a from b']) {
      assert.ok(!parseExpression(text).ok, text)
    }
  })
})

describe('spanOfCall', () => {
  it('is the whole call, by characters, whatever its arguments hold', () => {
    const text = `((a = 'ü(') AND "é(".f('x)''(', g((1)), "b)") AND (g() > 0))`
    const parsed = parseExpression(text)
    assert.ok(parsed.ok)
    const calls: (string | null)[] = []
    walk(parsed.tree, {
      FuncCall({ location = 0 }) {
        const span = spanOfCall(text, location)
        calls.push(span && text.slice(span.start, span.end))
      },
    })
    assert.deepEqual(calls, [`"é(".f('x)''(', g((1)), "b)")`, 'g((1))', 'g()'])
  })

  it('is null where there is no call', () => {
    assert.equal(spanOfCall('(a = 1)', 10), null)
    assert.equal(spanOfCall('f(', 9), null)
  })
})

describe('walk', () => {
  const text = `
    with a as (select x, count(*) over (partition by y) from one)
    insert into public.two as t (b)
    select case when exists (select from three where z = (select auth.uid())) then 1::app.kind end
    from four join five using (id), lateral (select * from six union select * from seven) s
    on conflict (b) where pick(b) do update set b = (select 8 from eight) returning (select 9 from nine)`

  it('reaches every table, every function and every type, wherever it stands', () => {
    const found: string[] = []
    walk(tree(text), {
      RangeVar: ({ relname }) => found.push(String(relname)),
      FuncCall: ({ funcname = [] }) => found.push(JSON.stringify(funcname.at(-1))),
      TypeName: ({ names = [] }) => found.push(JSON.stringify(names.at(-1))),
    })
    const names = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
    const called = ['count', 'uid', 'pick', 'kind'].map((sval) =>
      JSON.stringify({ String: { sval } }),
    )
    assert.deepEqual(found.toSorted(), [...names, ...called].toSorted())
  })

  it('tells where a node stands', () => {
    const paths: string[] = []
    walk(tree(text), {
      FuncCall: (_, place) => paths.push([...around(place)].map(({ name }) => name).join(' < ')),
    })
    assert.ok(paths.some((path) => path.startsWith('FuncCall < ResTarget < SelectStmt < SubLink')))
    assert.ok(paths.every((path) => path.endsWith('< InsertStmt')))
  })

  it('passes over what a visitor skips', () => {
    const names: string[] = []
    walk(tree('select a, (select b from t) from u'), {
      SubLink: () => 'skip',
      RangeVar: ({ relname }) => names.push(String(relname)),
    })
    assert.deepEqual(names, ['u'])
  })

  it('takes any depth', () => {
    let count = 0
    let deep: Parameters<typeof walk>[0] = { A_Star: {} }
    for (let i = 0; i < 50_000; i++) deep = { BoolExpr: { args: [deep] } }
    walk(deep, { BoolExpr: () => count++ })
    assert.equal(count, 50_000)
  })
})

describe('parsePlpgsql', () => {
  const create = (body: string): string =>
    `create or replace function public.f(a integer) returns setof integer language plpgsql as $function$ ${body} $function$`

  it('gives the tree of a function', () => {
    const parsed = parsePlpgsql(create('begin return query select 1; end'))
    assert.ok(parsed.ok)
    assert.equal(parsed.functions.length, 1)
    assert.match(JSON.stringify(parsed.functions), /"PLpgSQL_stmt_return_query".*"select 1"/)
  })

  it('says what is wrong', () => {
    const parsed = parsePlpgsql(create('begin if then; end'))
    assert.deepEqual(parsed, { ok: false, error: 'missing expression at or near "then"' })
    assert.deepEqual(parsePlpgsql('select 1'), { ok: true, functions: [] })
  })

  it('never throws, and stays whole whatever it was given', () => {
    fc.assert(
      fc.property(hostile, (body) => {
        assert.equal(typeof parsePlpgsql(create(`begin ${body} end`)).ok, 'boolean')
        assert.equal(typeof parsePlpgsql(body).ok, 'boolean')
        assert.ok(parsePlpgsql(create('begin return; end')).ok)
      }),
      { numRuns: 300 },
    )
  })
})

describe('fingerprint', () => {
  it('is the same for what the statistics would count as one, and for its source', () => {
    const one = fingerprint('select a from b where c = $1 and d in ($2, $3)')
    assert.match(String(one), /^[0-9a-f]{16}$/)
    assert.equal(fingerprint("SELECT a FROM b -- x\nWHERE c = 'y' and d in (1, 2, 3)"), one)
    assert.notEqual(fingerprint('select a from b where c = $1'), one)
  })

  it('is null for what does not parse', () => {
    assert.equal(fingerprint('selec 1'), null)
    assert.equal(fingerprint(`select ${'('.repeat(20_000)}1${')'.repeat(20_000)}`), null)
  })
})
