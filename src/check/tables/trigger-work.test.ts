import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TriggerFacts } from '../../facts/index.ts'
import { type TriggerWork, triggerWork } from './trigger-work.ts'

function workOf(source: string, body: Partial<TriggerFacts['function']> = {}): TriggerWork | null {
  return triggerWork({
    oid: 1,
    tableOid: 1,
    schema: 'public',
    table: 't',
    name: 'tr',
    enabled: true,
    timing: 'after',
    events: ['insert'],
    eachRow: true,
    conditional: false,
    extension: null,
    function: {
      oid: 1,
      schema: 'public',
      name: 'f',
      language: 'plpgsql',
      source,
      calls: null,
      totalMs: null,
      ...body,
    },
  })
}

test('setting columns of the row is no work', () => {
  const source = `begin
    if new.title is distinct from old.title then new.slug := lower(new.title); end if;
    new.updated_at = now(); -- insert into nowhere
    return new; end`
  assert.deepEqual(workOf(source), { queries: 0, requests: false })
})

test('queries are counted where they stand, hidden in an assignment or a condition as well', () => {
  const count = (source: string): number | undefined => workOf(source)?.queries
  assert.equal(count('begin insert into a values (new.id); return null; end'), 1)
  assert.equal(count('begin perform pg_notify($$c$$, new.id); return null; end'), 1)
  assert.equal(count("begin execute 'delete from a'; return null; end"), 1)
  assert.equal(count('begin new.n := (select count(*) from a); return new; end'), 1)
  assert.equal(
    count('begin if exists (select from a) then return null; end if; return new; end'),
    1,
  )
  assert.equal(
    count(
      'declare r record; begin for r in select * from a loop update b set x = r.x; end loop; return new; end',
    ),
    2,
  )
})

test('requests are seen, of webhooks too', () => {
  assert.ok(workOf("begin perform net.http_post(url := 'x'); return new; end")?.requests)
  const hook = workOf('', { schema: 'supabase_functions', name: 'http_request' })
  assert.ok(hook?.requests)
})

test('what can not be read is not judged', () => {
  assert.equal(workOf('tsvector_update_trigger', { language: 'internal' }), null)
  assert.equal(workOf('begin this is not'), null)
  // A body that holds the delimiter that would end it.
  assert.deepEqual(workOf('begin new.a := $body$ x $body$; return new; end'), {
    queries: 0,
    requests: false,
  })
})
