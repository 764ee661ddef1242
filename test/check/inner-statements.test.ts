/** Which function a nested statement runs in, where the server counts such statements apart. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { rules, runRules } from '../../src/check/index.ts'
import { readFacts } from '../../src/collect/catalog/index.ts'
import { withStatements } from '../../src/collect/report/index.ts'
import { defaults } from '../../src/config.ts'
import { connect, detectCapabilities } from '../../src/db/index.ts'
import type { Finding } from '../../src/finding.ts'
import { ownServer } from '../database.ts'

const functions = `
  create table public.inner_t (id int, a int);
  create function public.in_block(x int) returns int language plpgsql as $f$
  declare n int;
  begin
    update inner_t set a = x where id = 5;
    n := (select count(*) from inner_t where a = 7);
    if exists (select from inner_t where id = x) then n := 1; end if;
    perform max(a) from inner_t where a > 3;
    return n;
  end $f$;
  create function public.in_sql(x int) returns int language sql as $f$
    delete from inner_t where id = x;
    select min(id) from inner_t where a = x;
  $f$;
  create function public.in_standard(x int) returns int language sql begin atomic
    insert into public.inner_t values (x, x);
    select sum(a) + 1 from public.inner_t;
  end;`

async function placesOf(url: string): Promise<Map<string, string>> {
  const connection = await connect({ url })
  try {
    const { db } = connection
    const capabilities = await detectCapabilities(db)
    const only = new Set(['server', 'functionBodies'] as const)
    const probed = await readFacts(db, capabilities, { only })
    const thresholds = { ...defaults.thresholds, slowMeanMs: 0.000_001, minCalls: 1 }
    const reading = { top: 100, thresholds, lifetime: true, leastMinutes: 0 }
    const facts = await withStatements(probed, { db, capabilities }, reading)
    const context = { now: facts.seen.server?.now ?? '', statisticsMinutes: null }
    const own = rules.filter(({ name }) => name === 'function_inner_statements')
    const { findings } = runRules(own, facts, context)
    const nested = findings.filter(({ metadata }: Finding) => metadata.toplevel === false)
    return new Map(
      nested.map((one) => [String(one.metadata.queryid), String(one.evidence.inner_functions)]),
    )
  } finally {
    await connection.close()
  }
}

for (const version of [15, 17, 18] as const) {
  test(`nested statements are found in their functions on ${version}`, async (t) => {
    const settings = { 'pg_stat_statements.track': 'all' }
    const server = await ownServer(t, { version, settings })
    const client = new pg.Client({ connectionString: server.url() })
    await client.connect()
    try {
      await client.query(functions)
      // So that each of them takes a share of the time that is worth a word.
      await client.query('select extensions.pg_stat_statements_reset()').catch(() => undefined)
      for (let i = 0; i < 40; i++) {
        for (const name of ['in_block', 'in_sql', 'in_standard'])
          await client.query(`select ${name}($1)`, [i])
      }
      const places = [...(await placesOf(server.url())).values()].toSorted()
      assert.deepEqual(
        places.filter((place) => place.includes('in_block')),
        [
          'public.in_block line 4',
          'public.in_block line 5',
          'public.in_block line 6',
          'public.in_block line 7',
        ],
      )
      assert.equal(places.filter((place) => place === 'public.in_sql').length, 2)
      // What was bound when its function was made has no id: the server counts none of it apart.
      const { rowCount } = await client.query(`
        select from extensions.pg_stat_statements
        where query ~ '^insert into public.inner_t' and not toplevel`)
      assert.equal(rowCount, 0)
      assert.ok(!places.includes('public.in_standard'))
    } finally {
      await client.end()
    }
  })
}
