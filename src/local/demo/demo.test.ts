import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import pg from 'pg'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { createDemo, demoId, deployDemo, plantedTroubles } from './index.ts'

const scale = 0.1
/** A user of a small organisation. */
const userId = demoId('user 741')

interface Plan {
  'Node Type': string
  'Index Name'?: string
  'Index Cond'?: string
  Filter?: string
  'Parent Relationship'?: string
  'Actual Rows': number
  'Temp Written Blocks': number
  Plans?: Plan[]
}

interface Demo {
  database: TestDatabase
  client: pg.Client
  /** The plan of a statement that ran as a role, as all its nodes, outermost first. */
  plan(role: string, statement: string): Promise<Plan[]>
}

async function demoOn(version: 15 | 17 | 18): Promise<Demo> {
  const database = await testDatabase({ version })
  await createDemo({ url: database.url, scale })
  const client = new pg.Client(database.url)
  await client.connect()
  after(() => client.end())
  return {
    database,
    client,
    async plan(role, statement) {
      await client.query('begin')
      try {
        await become(client, role)
        const { rows } = await client.query(`explain (analyze, buffers, format json) ${statement}`)
        return nodesOf(rows[0]['QUERY PLAN'][0].Plan)
      } finally {
        await client.query('rollback')
      }
    },
  }
}

async function become(client: pg.Client, role: string): Promise<void> {
  const claims = JSON.stringify({ sub: userId, role })
  await client.query(`select set_config('request.jwt.claims', $1, true)`, [claims])
  await client.query(`set local role ${role}`)
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
}

function find(nodes: Plan[], type: RegExp): Plan {
  const found = nodes.find((node) => type.test(node['Node Type']))
  assert.ok(found, `no ${type} in ${nodes.map((node) => node['Node Type'])}`)
  return found
}

for (const version of [15, 17, 18] as const) {
  suite(`the demo on Postgres ${version}`, async () => {
    const demo = await demoOn(version)
    const { client } = demo

    test('(a) an unindexed foreign key is scanned for', async () => {
      const { rows } = await client.query(
        `select i.indexrelid from pg_index i join pg_attribute a
          on a.attrelid = i.indrelid and a.attnum = any (i.indkey::smallint[])
        where i.indrelid = 'public.attachments'::regclass and a.attname = 'message_id'`,
      )
      assert.deepEqual(rows, [])
      const nodes = await demo.plan(
        'authenticated',
        'select id from public.attachments where message_id = 11',
      )
      assert.match(find(nodes, /^Seq Scan$/).Filter ?? '', /message_id = 11/)
    })

    test('(b) the policy reads the claims once a row, wrapped it would read them once', async () => {
      const ask = 'select kind from public.usage_events order by created_at desc limit 20'
      const bare = await demo.plan('authenticated', ask)
      assert.match(find(bare, /^Seq Scan$/).Filter ?? '', /current_setting/)

      await client.query('begin')
      await client.query(
        'alter policy "own usage" on public.usage_events using (user_id = (select auth.uid()))',
      )
      await become(client, 'authenticated')
      const { rows } = await client.query(`explain (format json) ${ask}`)
      await client.query('rollback')
      const wrapped = nodesOf(rows[0]['QUERY PLAN'][0].Plan)
      assert.doesNotMatch(find(wrapped, /^Seq Scan$/).Filter ?? '', /current_setting/)
      assert.ok(wrapped.some((node) => node['Parent Relationship'] === 'InitPlan'))
    })

    test('(c) the policy function runs for each row that is met', async () => {
      const admin = new pg.Client(demo.database.adminUrl)
      await admin.connect()
      await admin.query(`set track_functions = 'all'`)
      await admin.query('begin')
      await become(admin, 'authenticated')
      const { rowCount } = await admin.query(
        'select id from public.conversations where archived = false order by updated_at desc limit 20',
      )
      await admin.query('commit')
      await admin.query('select pg_stat_force_next_flush()').catch(() => undefined)
      const { rows } = await admin.query<{ calls: string }>(
        `select calls from pg_stat_user_functions where funcname = 'is_member'`,
      )
      await admin.end()
      assert.ok(Number(rowCount) <= 20)
      assert.ok(Number(rows[0]?.calls) > 1000, `${rows[0]?.calls} calls`)
    })

    test('(d) the index of the search serves postgres, and not authenticated', async () => {
      const ask = `select id from public.documents
        where search @@ websearch_to_tsquery('english', 'region r17')`
      const bypassing = await demo.plan('postgres', ask)
      assert.equal(find(bypassing, /^Bitmap Index Scan$/)['Index Name'], 'documents_search_idx')
      const limited = await demo.plan('authenticated', ask)
      assert.match(find(limited, /^Seq Scan$/).Filter ?? '', /@@/)
      const { rows } = await client.query(
        `select proleakproof from pg_proc where oid = 'ts_match_vq'::regproc`,
      )
      assert.deepEqual(rows, [{ proleakproof: false }])
    })

    test('(d) match_documents finds the same by the index', async () => {
      await client.query('begin')
      await become(client, 'authenticated')
      const found = await client.query(
        `select id from public.match_documents('audits', 1000) order by id`,
      )
      const searched = await client.query(
        `select id from public.documents where search @@ websearch_to_tsquery('english', 'audits')
        order by id`,
      )
      await client.query('rollback')
      assert.ok(found.rows.length > 0)
      assert.deepEqual(found.rows, searched.rows)
    })

    test('(f) the report of repeated prompts needs more memory than it gets', async () => {
      await client.query(`set work_mem = '${4096 * scale}kB'`)
      const nodes = await demo.plan(
        'postgres',
        `select content, count(*), (array_agg(id order by created_at desc))[1]
        from public.messages where role = 'user' and created_at >= '2026-08-01'
        group by content order by 2 desc, 3 desc limit 20`,
      )
      await client.query('reset work_mem')
      assert.ok(nodes.some((node) => node['Temp Written Blocks'] > 0))
    })

    test('everybody sees their own rows alone', async () => {
      const tables = await client.query<{ name: string; open: boolean }>(
        `select relname as name, not relrowsecurity as open from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname`,
      )
      assert.ok(tables.rows.length >= 10)
      assert.deepEqual(
        tables.rows.filter((table) => table.open),
        [],
      )
      const visible = async (role: string): Promise<number[]> => {
        await client.query('begin')
        await become(client, role)
        const counts: number[] = []
        for (const { name } of tables.rows) {
          const found = await client.query(`select from public.${name}`)
          counts.push(found.rowCount ?? 0)
        }
        await client.query('rollback')
        return counts
      }
      const all = await visible('postgres')
      assert.ok(all.every((count) => count > 0))
      const names = tables.rows.map(({ name }) => name)
      const seenBy = async (role: string): Promise<string[]> =>
        (await visible(role)).flatMap((count, i) => (count > 0 ? [names[i] ?? ''] : []))
      assert.deepEqual(await seenBy('anon'), ['plans'])
      const own = await visible('authenticated')
      assert.ok(own.every((count, i) => names[i] === 'plans' || count < (all[i] ?? 0)))
    })

    test('(g) the deploy drops the index that serves the history', async () => {
      const ask = `select id from public.messages where author_id = '${userId}'
        order by created_at desc limit 20`
      const before = find(await demo.plan('authenticated', ask), /^(Bitmap )?Index Scan$/)
      assert.equal(before['Index Name'], 'messages_author_id_created_at_idx')
      await deployDemo({ url: demo.database.url })
      find(await demo.plan('authenticated', ask), /^Seq Scan$/)
    })
  })
}

test('the rows are the same on every version', async () => {
  const sums = await Promise.all(
    ([15, 17, 18] as const).map(async (version) => {
      const { client } = await demoOn(version)
      const { rows } = await client.query(
        `select (select md5(string_agg(m::text, '' order by id)) from public.messages m) as messages,
          (select md5(string_agg(d::text, '' order by id)) from public.documents d) as documents,
          (select md5(string_agg(e::text, '' order by id)) from public.usage_events e) as events`,
      )
      return rows
    }),
  )
  assert.deepEqual(sums[1], sums[0])
  assert.deepEqual(sums[2], sums[0])
})

test('all of it is about half a million rows', async () => {
  const { client } = await demoOn(17)
  const { rows } = await client.query<{ rows: number }>(
    `select sum(reltuples)::int as rows from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  )
  const counted = Number(rows[0]?.rows) / scale
  assert.ok(counted > 450_000 && counted < 560_000, `${counted} rows`)
})

test('every trouble has a name of its own', () => {
  const letters = plantedTroubles.map(({ letter }) => letter)
  assert.deepEqual(letters, [...'abcdefgh'])
})
