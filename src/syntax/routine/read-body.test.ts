import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type RoutineBody, readBody } from '../index.ts'

const frame =
  'create or replace function public.f(a integer) returns setof record language plpgsql as $function$'

function plpgsql(body: string, declare = ''): RoutineBody {
  const definition = `${frame}\ndeclare r record; n integer; ${declare}\nbegin\n${body}\nend $function$`
  const read = readBody({ language: 'plpgsql', definition, body })
  assert.ok(read.ok, read.ok ? '' : read.error)
  return read.body
}

function sql(body: string): RoutineBody {
  const read = readBody({ language: 'sql', definition: '', body })
  assert.ok(read.ok, read.ok ? '' : read.error)
  return read.body
}

const texts = ({ statements }: RoutineBody): string[] => statements.map(({ text }) => text)

describe('readBody', () => {
  it('finds every static statement of a body, wherever it stands', () => {
    const body = plpgsql(
      `perform app.touch(id) from one where id = a;
       n := (select count(*) from two);
       insert into three values (1) returning 1 into n;
       for r in select * from four loop null; end loop;
       if exists (select from five) then update six set a = 1 where b = 2; end if;
       return query select * from seven;
       open c for select 1 from eight;
       raise notice '%', (select 1 from nine);
       execute 'delete from ten where a = 1';
       case when n = 1 then select 1 into n from eleven; else null; end case;
       begin lock table twelve; exception when others then insert into thirteen values (1); end;
       return query select * from (select * from fourteen) x;`,
      'd integer := (select max(x) from fifteen); c refcursor; k cursor for select * from sixteen;',
    )
    const tables = body.statements.flatMap(({ tables }) => tables).toSorted()
    const names = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
    const more = ['eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen']
    assert.deepEqual(tables, [...names, ...more].toSorted())
    assert.deepEqual(body.dynamic, [])
    assert.ok(body.calls.includes('app.touch'))
    assert.ok(body.hasEffects)
  })

  it('names statements that are put together while it runs by their lines', () => {
    const body = plpgsql(`
      execute format('select %I', a);
      for r in execute 'select ' || a loop null; end loop;
      return query execute a;`)
    assert.deepEqual(body.dynamic, [5, 6, 7])
    assert.deepEqual(body.statements, [])
  })

  it('tells what runs in a loop from the query of the loop', () => {
    const body = plpgsql(`for r in select * from one loop
      for n in 1..3 loop update two set a = n where id = r.id; end loop;
      perform from three;
    end loop;
    loop delete from four where id in (select id from four limit 10); exit when not found; end loop;`)
    assert.deepEqual(
      body.statements.map(({ tables, loops, loopQuery, intoRecord }) => [
        tables[0],
        loops,
        loopQuery,
        intoRecord,
      ]),
      [
        ['one', 0, true, 'r'],
        ['two', 2, false, null],
        ['three', 1, false, null],
        ['four', 0, false, null],
      ],
    )
  })

  it('finds handlers in loops only', () => {
    const handled = 'begin perform 1; exception when others then null; end;'
    assert.deepEqual(
      plpgsql(`${handled}\nfor n in 1..2 loop\n${handled}\nend loop;`).exceptionsInLoops,
      [6],
    )
  })

  it('reads fields of composite variables, which the parser does not know', () => {
    const body = plpgsql(
      'w.id := 1; v.x := 2; select * into w from items; v.y := w.id;',
      'w public.items%rowtype; v app.kind;',
    )
    assert.deepEqual(texts(body), ['select *        from items'])
  })

  it('reads SQL bodies of both forms', () => {
    assert.deepEqual(texts(sql('select 1 from a; update b set c = $1')), [
      'select 1 from a',
      'update b set c = $1',
    ])
    assert.deepEqual(
      texts(sql('BEGIN ATOMIC\n SELECT id FROM a;\n DELETE FROM b WHERE (id = 1);\nEND')),
      ['SELECT id FROM a', 'DELETE FROM b WHERE (id = 1)'],
    )
    assert.deepEqual(texts(sql('RETURN (SELECT max(id) FROM a)')), [
      'select  (SELECT max(id) FROM a)',
    ])
  })

  it('says what it can not read', () => {
    assert.deepEqual(readBody({ language: 'plv8', definition: '', body: 'x' }), {
      ok: false,
      error: 'is written in plv8',
    })
    assert.equal(readBody({ language: 'sql', definition: '', body: 'selec 1' }).ok, false)
    assert.equal(readBody({ language: 'plpgsql', definition: 'x', body: 'x' }).ok, false)
  })

  it('names the columns of conditions with their tables, and leaves variables out', () => {
    const [statement] = plpgsql(
      'select 1 into n from orders o join app.lines l on l.order_id = o.id where o.user_id = a and note = n and exists (select from x where y = 1);',
    ).statements
    assert.deepEqual(statement?.tables, ['orders', 'app.lines', 'x'])
    assert.deepEqual(
      statement.filters.map(({ table, column }) => `${table}.${column}`),
      ['app.lines.order_id', 'orders.id', 'orders.user_id', '.note', '.y'],
    )
  })

  it('takes no column of a sub-select for one of the condition around it', () => {
    const [statement] = sql('select 1 from t where a = (select max(z) from x)').statements
    assert.deepEqual(
      statement?.filters.map(({ column }) => column),
      ['a'],
    )
  })
})

describe('what is remarkable about a statement', () => {
  const only = (text: string): RoutineBody['statements'][number] => {
    const [statement] = sql(text).statements
    assert.ok(statement)
    return statement
  }

  it('asks who calls once a row', () => {
    const perRow = (text: string): readonly string[] => only(text).perRow
    assert.deepEqual(perRow('select 1 from t where user_id = auth.uid()'), ['auth.uid'])
    assert.deepEqual(perRow('update t set a = 1 where user_id = auth.uid()'), ['auth.uid'])
    assert.deepEqual(perRow("select 1 from t join u on t.a = (auth.jwt() ->> 'x')"), ['auth.jwt'])
    assert.deepEqual(perRow('select (select 1 from t where a = auth.uid())'), ['auth.uid'])
    assert.deepEqual(perRow('select 1 from t where user_id = (select auth.uid())'), [])
    assert.deepEqual(perRow("select 1 from t where a = (select (auth.jwt() ->> 'x')::int)"), [])
    assert.deepEqual(perRow('select 1 where auth.uid() is not null and exists (select from t)'), [])
    assert.deepEqual(perRow('select auth.uid() from t'), [])
    assert.deepEqual(perRow('insert into t values (auth.uid())'), [])
  })

  it('counts only to learn whether there is any', () => {
    for (const condition of ['> 0', '>= 1', '= 0', '<> 0', '< 1']) {
      assert.ok(
        only(`select (select count(*) from t) ${condition} from u`).countsToExist,
        condition,
      )
    }
    assert.ok(only('select 0 < (select count(id) from t where a = 1)').countsToExist)
    for (const condition of ['> 1', '= 1', '< 0', '> $1']) {
      assert.ok(
        !only(`select (select count(*) from t) ${condition} from u`).countsToExist,
        condition,
      )
    }
    assert.ok(!only('select (select count(*) from t group by a limit 1) > 0 from u').countsToExist)
  })

  it('counts into a variable of which only that is asked', () => {
    const count = 'select count(*) into n from t;'
    assert.deepEqual(plpgsql(`${count} if n > 0 then return; end if;`).countsToExist, [4])
    assert.deepEqual(
      plpgsql(`${count} if n > 0 then raise notice '%', n; end if;`).countsToExist,
      [],
    )
    assert.deepEqual(plpgsql(`${count} if n > 10 then return; end if;`).countsToExist, [])
    assert.deepEqual(plpgsql(count).countsToExist, [])
  })

  it('changes a table without a condition', () => {
    assert.deepEqual(only('update t set a = 1').unbounded, ['t'])
    assert.deepEqual(only('with x as (delete from app.q returning *) select * from x').unbounded, [
      'app.q',
    ])
    assert.deepEqual(only('delete from t where true').unbounded, [])
  })

  it('returns all columns, writes, or locks', () => {
    assert.ok(only('select * from t').star)
    assert.ok(only('select t.* from t').star)
    assert.ok(!only('select count(*), exists (select * from u) from t').star)
    assert.ok(only('select 1 from t for update').writes)
    assert.ok(only('with x as (insert into t values (1) returning 1) select * from x').writes)
    assert.ok(!only('select 1 from t').writes)
  })
})

describe('any body at all', () => {
  const pieces = fc.constantFrom(
    'begin',
    'end',
    'end;',
    'loop',
    'end loop;',
    'for r in',
    'for n in 1..',
    'select',
    '* from t',
    'where',
    'if',
    'then',
    'else',
    'end if;',
    'exception when others then',
    'execute',
    "'select 1'",
    '||',
    ':=',
    '(',
    ')',
    ';',
    "'",
    '$$',
    '$function$',
    'declare',
    'r',
    'n',
    'n :=',
    'perform',
    'return query',
    'return',
    'w.x',
    '--',
    '/*',
    '%rowtype',
    'case',
    'when',
    'é😀',
    '\0',
    '\ud800',
    '"',
    '1',
    'begin atomic',
    'auth.uid()',
  )
  const bodies = fc.array(pieces, { maxLength: 50 }).map((words) => words.join(' '))

  it('is read or refused, and never throws', () => {
    fc.assert(
      fc.property(bodies, fc.constantFrom('sql', 'plpgsql', 'c'), (body, language) => {
        const definition = `${frame} declare r record; n int; begin ${body} end $function$`
        const read = readBody({ language, definition, body })
        if (!read.ok) assert.notEqual(read.error, '')
        else for (const one of read.body.statements) assert.equal(typeof one.text, 'string')
      }),
      { numRuns: 500 },
    )
  })

  it('nested deeply is refused at worst', () => {
    for (const depth of [50, 400]) {
      const body = `${'begin if true then '.repeat(depth)} update t set a = 1 where b; ${'end if; end;'.repeat(depth)}`
      const read = readBody({
        language: 'plpgsql',
        definition: `${frame} begin ${body} end $function$`,
        body,
      })
      if (read.ok) assert.equal(read.body.statements.length, 1)
      else assert.notEqual(read.error, '')
    }
  })
})
