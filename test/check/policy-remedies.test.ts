/** The SQL that findings on policies hold: it changes what a policy costs, and nothing that it lets through. */
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import pg from 'pg'
import { rules } from '../../src/check/index.ts'
import { readFacts } from '../../src/collect/catalog/index.ts'
import { connect, detectCapabilities } from '../../src/db/index.ts'
import type { Finding } from '../../src/finding.ts'
import { quoteIdentifier } from '../../src/quote.ts'
import { testDatabase } from '../database.ts'

/** The policies of a table, by what the rule that mends them is called. */
const tables: readonly { rule: string; policies: readonly string[]; also?: string }[] = [
  ['policy_auth_call_per_row', 'for all to authenticated using (user_id = auth.uid())'],
  ['policy_auth_call_per_row', "using (tenant = 'ünï ''(' or \"Us er\" = auth.uid() and shared)"],
  [
    'policy_auth_call_per_row',
    "for all using (tenant = (auth.jwt() ->> 'tenant')) with check (user_id = auth.uid() or auth.role() = 'anon')",
  ],
  ['policy_auth_call_per_row', 'using (user_id = (select auth.uid()) and "Us er" = auth.uid())'],
  [
    'policy_auth_call_per_row',
    'using (user_id = auth.uid() or org_id in (select public.my_orgs()))',
  ],
  [
    'policy_auth_call_per_row',
    'using (exists (select from public.members m where m.org_id = T.org_id and m.user_id = auth.uid()))',
  ],
  [
    'policy_auth_call_per_row',
    'using (org_id in (select m.org_id from public.members m where m.user_id = auth.uid()))',
  ],
  [
    'policy_auth_call_per_row',
    "using (coalesce(auth.uid(), '00000000-0000-0000-0000-000000000000') = user_id)",
  ],
  ['policy_auth_call_per_row', "using (tenant = current_setting('app.' || 'tenant', true))"],
  [
    'policy_auth_call_per_row',
    "using (public.is_tenant(auth.jwt() ->> 'tenant') and shared or auth.uid() = user_id)",
  ],
  [
    'policy_auth_call_per_row',
    'using (case when shared then auth.uid() is not null else user_id = any (array[auth.uid()]) end)',
  ],
  // The whole condition becomes a sub-select, which needs parentheses of its own.
  ['policy_stable_call_per_row', 'using (public.is_admin())'],
  ['policy_volatile_function', 'using (public.forgotten())'],
  ['policy_stable_call_per_row', 'using (public.is_admin() or shared)'],
  [
    'policy_stable_call_per_row',
    "using (public.\"Is, (it\"('a'')') and not shared or user_id = auth.uid())",
  ],
  ['policy_volatile_function', 'using (public.forgotten() or shared)'],
  ['policy_without_role', 'for select using (user_id = (select auth.uid()))'],
].map(([rule = '', policy = '']) => ({ rule, policies: [policy] }))

const merged = [
  ['for select using (shared)', 'for select using (user_id = (select auth.uid()))'],
  [
    "for all to authenticated using (user_id = (select auth.uid())) with check (tenant = 'a')",
    'for all to authenticated using (shared)',
  ],
  ["for insert with check (tenant = 'a')", 'for insert with check (user_id = (select auth.uid()))'],
].map((policies) => ({ rule: 'multiple_permissive_policies', policies }))

const all = [...tables, ...merged].map((one, i) => ({ ...one, table: `t${i}` }))

const users = [1, 2, 3].map((n) => `00000000-0000-0000-0000-00000000000${n}`)

const schema = `
  create table public.members (org_id int, user_id uuid);
  insert into public.members select n % 5, ('00000000-0000-0000-0000-00000000000' || n % 4)::uuid
    from generate_series(1, 20) n;
  create function public.is_tenant(text) returns boolean language sql stable return $1 = 'a';
  create function public.my_orgs() returns setof int language sql stable as
    $$ select m.org_id from public.members m where m.user_id = auth.uid() $$;
  create function public.is_admin() returns boolean language sql stable
    return (auth.jwt() ->> 'tenant') = 'b';
  create function public."Is, (it"(text) returns boolean language sql stable return $1 = 'a'')';
  create function public.forgotten() returns boolean language sql as
    $$ select (auth.jwt() ->> 'tenant') = 'b' $$;`

function made({ table, policies }: (typeof all)[number]): string {
  return `
    create table public.${table} (id int, user_id uuid, "Us er" uuid, org_id int, tenant text, shared boolean);
    insert into public.${table} select n, ('00000000-0000-0000-0000-00000000000' || n % 4)::uuid,
      ('00000000-0000-0000-0000-00000000000' || n % 3)::uuid, n % 7,
      (array['a', 'b', 'ünï ''(', null])[n % 4 + 1], n % 5 = 0 from generate_series(1, 60) n;
    alter table public.${table} enable row level security;
    ${policies.map((policy, i) => `create policy ${quoteIdentifier(`P "${i}"`)} on public.${table} ${policy.replaceAll('T.', `${table}.`)};`).join('\n')}`
}

/** What each user reads of a table, and which rows each may add. */
async function behaviour(client: pg.Client, table: string): Promise<unknown[]> {
  const seen: unknown[] = []
  for (const [role, sub, tenant] of [
    ['anon', undefined, undefined],
    ['authenticated', users[0], 'a'],
    ['authenticated', users[1], 'b'],
    ['authenticated', users[2], undefined],
  ]) {
    await client.query('begin')
    await client.query(`set local role ${role}`)
    await client.query(
      "select set_config('request.jwt.claims', $1, true), set_config('app.tenant', $2, true)",
      [JSON.stringify({ role, sub, tenant }), tenant ?? ''],
    )
    const { rows } = await client.query(`select id from public.${table} order by id`)
    const added: boolean[] = []
    for (const user of users) {
      for (const value of ['a', 'b']) {
        await client.query('savepoint before')
        const insert = `insert into public.${table} (id, user_id, "Us er", tenant) values (0, $1, $1, $2)`
        added.push(await client.query(insert, [user, value]).then(...outcome))
        await client.query('rollback to before')
      }
    }
    await client.query('rollback')
    seen.push({ role, sub, rows: rows.map(({ id }) => id), added })
  }
  return seen
}

const outcome = [
  () => true,
  (error: { code?: string }) => {
    assert.equal(error.code, '42501')
    return false
  },
] as const

async function findings(url: string): Promise<Finding[]> {
  const connection = await connect({ url })
  try {
    const { seen } = await readFacts(connection.db, await detectCapabilities(connection.db))
    return rules
      .filter(({ name }) => all.some(({ rule }) => rule === name))
      .flatMap((rule) => rule.judge(seen, { now: '', statisticsMinutes: null }).findings)
  } finally {
    await connection.close()
  }
}

for (const version of [15, 17, 18] as const) {
  describe(`remedies of policies on ${version}`, async () => {
    const { url } = await testDatabase({ version })
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(schema)
    for (const one of all) await client.query(made(one))
    const found = await findings(url)
    const before = new Map<string, unknown[]>()
    for (const { table } of all) before.set(table, await behaviour(client, table))
    const mended = new Map<string, Finding>()
    for (const { table, rule } of all) {
      const finding = found.find(({ name, metadata }) => name === rule && metadata.table === table)
      if (finding === undefined) continue
      mended.set(table, finding)
      await client.query(finding.remediation)
    }
    const left = await findings(url)
    for (const { table, rule, policies } of all) {
      test(policies.join(' + '), async () => {
        assert.ok(mended.has(table), `${rule} found nothing`)
        assert.deepEqual(await behaviour(client, table), before.get(table))
        const again = left.filter(({ name, metadata }) => name === rule && metadata.table === table)
        assert.deepEqual(again, [])
      })
    }
    test('no sub-select is offered where it would make another policy recurse', async () => {
      await client.query(`
        create table public.woken (id int, user_id uuid);
        alter table public.woken enable row level security;
        create policy reads on public.woken for select to authenticated using (user_id = auth.uid());
        create policy adds on public.woken for insert to authenticated
          with check (not exists (select from public.woken w where w.id = woken.id))`)
      const [finding] = (await findings(url)).filter(({ metadata }) => metadata.table === 'woken')
      assert.equal(finding?.name, 'policy_auth_call_per_row')
      assert.match(finding.remediation, /recurse/)
      const lines = finding.remediation.split('\n')
      assert.deepEqual(
        lines.filter((line) => !line.startsWith('--')),
        [],
      )
      // And so it would.
      const sql = lines
        .slice(2)
        .map((line) => line.replace('-- ', ''))
        .join('\n')
      await client.query('begin')
      await client.query(sql)
      await client.query('set local role authenticated')
      const added = client.query('insert into public.woken (id) values (1)')
      await assert.rejects(added, { code: '42P17' })
      await client.query('rollback')
    })
    test('users differ in what they may, so that a change would show', () => {
      const distinct = new Set([...before.values()].map((one) => JSON.stringify(one)))
      assert.ok(distinct.size > all.length / 2)
      for (const [table, [anon, first]] of before) assert.notDeepEqual(anon, first, table)
    })
    after(() => client.end())
  })
}
