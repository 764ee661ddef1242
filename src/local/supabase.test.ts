/** supabase.sql on every server: what code that runs on Supabase could tell from the real thing. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import pg from 'pg'
import {
  ownServer,
  serverKinds,
  type TestDatabase,
  testDatabase,
  unavailable,
} from '../../test/database.ts'

/** The last statement's rows, each as its values with spaces between. */
async function rows(url: string, ...statements: string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    let result: pg.QueryArrayResult<unknown[]> | undefined
    for (const text of statements) result = await client.query({ text, rowMode: 'array' })
    return result?.rows.map((row) => row.join(' ')) ?? []
  } finally {
    await client.end()
  }
}

const asUser = (role: string, id: string): string[] => [
  'begin',
  `set local role ${role}`,
  `set local request.jwt.claims = '{"sub":"${id}","role":"${role}","email":"a@example.com"}'`,
]

const user = '8f0e6a3c-1d2b-4c5d-9e8f-0a1b2c3d4e5f'

for (const kind of serverKinds) {
  const reason = await unavailable(kind)
  describe(`Supabase's shape on ${kind}`, { skip: reason }, () => {
    let made: Promise<TestDatabase> | undefined
    const database = (): Promise<TestDatabase> => {
      made ??= testDatabase({ version: kind })
      return made
    }

    test('roles have the attributes of the hosted ones', async (t) => {
      // Roles belong to the server, and other tests make some on the shared one.
      const server = await ownServer(t, { version: kind })
      const adminUrl = server.url('postgres', 'supabase_admin')
      const attributes = `select rolname, concat_ws(',',
          case when rolsuper then 'superuser' end, case when rolcanlogin then 'login' end,
          case when not rolinherit then 'noinherit' end, case when rolcreaterole then 'createrole' end,
          case when rolcreatedb then 'createdb' end, case when rolreplication then 'replication' end,
          case when rolbypassrls then 'bypassrls' end)
        from pg_roles where rolname !~ '^pg_' order by rolname collate "C"`
      assert.deepEqual(await rows(adminUrl, attributes), [
        'anon ',
        'authenticated ',
        'authenticator login,noinherit',
        'dashboard_user createrole,createdb,replication',
        'pgbouncer login',
        'postgres login,createrole,createdb,replication,bypassrls',
        'service_role bypassrls',
        'supabase_admin superuser,login,createrole,createdb,replication,bypassrls',
        'supabase_auth_admin login,noinherit,createrole',
        'supabase_etl_admin login,replication',
        'supabase_read_only_user login,bypassrls',
        'supabase_realtime_admin login,noinherit,replication',
        'supabase_replication_admin login,replication',
        'supabase_storage_admin login,noinherit,createrole',
      ])
    })

    test('postgres is a member of what it is a member of there', async () => {
      const { adminUrl, version } = await database()
      const memberships = `select distinct m.roleid::regrole::text, m.admin_option
        from pg_auth_members m where m.member = 'postgres'::regrole and m.grantor <> m.member
        order by 1`
      const since16 = Number.parseInt(version, 10) >= 16
      const expected = [
        'anon',
        'authenticated',
        'authenticator',
        ...(since16 ? ['pg_create_subscription'] : []),
        'pg_monitor',
        'pg_read_all_data',
        'pg_signal_backend',
        'service_role',
      ].map((role) => `${role} ${since16}`)
      assert.deepEqual(await rows(adminUrl, memberships), expected)
    })

    test('timeouts and search paths are in force for who logs in', async () => {
      const { roleUrl, url, adminUrl } = await database()
      const settings = `select current_setting('statement_timeout'), current_setting('lock_timeout')`
      assert.deepEqual(await rows(roleUrl('authenticator'), settings), ['8s 8s'])
      const configured = `select rolname, array_to_string(rolconfig, ' ') from pg_roles
        where rolname in ('anon', 'authenticated', 'service_role') order by 1`
      assert.deepEqual(await rows(adminUrl, configured), [
        'anon statement_timeout=3s',
        'authenticated statement_timeout=8s',
        'service_role ',
      ])
      assert.deepEqual(await rows(url, 'show search_path'), ['"\\$user", public, extensions'])
    })

    test('a statement of the API is cancelled after its time', async () => {
      const { roleUrl } = await database()
      const slow = ['set statement_timeout = 20', 'select pg_sleep(10)']
      await assert.rejects(rows(roleUrl('authenticator'), ...slow), { code: '57014' })
    })

    test('postgres can become the API roles, and not the superuser', async () => {
      const { url, roleUrl } = await database()
      for (const role of ['anon', 'authenticated', 'service_role']) {
        const become = [`set role ${role}`, 'select current_user::text']
        assert.deepEqual(await rows(url, ...become), [role])
        assert.deepEqual(await rows(roleUrl('authenticator'), ...become), [role])
      }
      await assert.rejects(rows(url, 'set role supabase_admin'), { code: '42501' })
      await assert.rejects(rows(url, 'alter role postgres superuser'), { code: '42501' })
    })

    test('the extensions are where Supabase has them, open to the API roles', async () => {
      const { url, roleUrl } = await database()
      const list = `select extname, extnamespace::regnamespace::text from pg_extension order by 1`
      assert.deepEqual(await rows(url, list), [
        'pg_stat_statements extensions',
        'pgcrypto extensions',
        'plpgsql pg_catalog',
        'uuid-ossp extensions',
      ])
      for (const role of ['anon', 'authenticated', 'service_role']) {
        const hash = [`set role ${role}`, `select length(extensions.crypt('a', '$1$abc$'))`]
        assert.equal((await rows(roleUrl('authenticator'), ...hash)).length, 1)
      }
    })

    test('postgres reads the statements of all roles and may hand on what it may do', async () => {
      const { url, roleUrl, name } = await database()
      await rows(roleUrl('authenticator'), 'set role anon', 'select 41 as answer_of_anon')
      const seen = `select s.query, r.rolname from extensions.pg_stat_statements s
        join pg_roles r on r.oid = s.userid join pg_database d on d.oid = s.dbid
        where s.query like '%answer_of_anon' and d.datname = '${name}'`
      assert.deepEqual(await rows(url, seen), ['select $1 as answer_of_anon anon'])
      const refused = `select count(*) from extensions.pg_stat_statements
        where query = '<insufficient privilege>'`
      assert.notDeepEqual(await rows(roleUrl('authenticator'), 'set role anon', refused), ['0'])
      const grantable = `select bool_and(has_function_privilege(p.oid, 'execute with grant option'))
        from pg_proc p where p.pronamespace = 'extensions'::regnamespace
          and p.proowner = 'supabase_admin'::regrole and p.prorettype <> 'event_trigger'::regtype`
      assert.deepEqual(await rows(url, grantable), ['true'])
    })

    test('auth says who asks, and hides its users from the API roles', async () => {
      const { url, roleUrl } = await database()
      const who = 'select auth.uid(), auth.role(), auth.email(), auth.jwt() ->> $$sub$$'
      assert.deepEqual(
        await rows(roleUrl('authenticator'), ...asUser('authenticated', user), who),
        [`${user} authenticated a@example.com ${user}`],
      )
      assert.deepEqual(await rows(url, 'select auth.uid() is null, auth.jwt() is null'), [
        'true true',
      ])
      for (const role of ['anon', 'authenticated', 'service_role']) {
        const users = [...asUser(role, user), 'select * from auth.users']
        await assert.rejects(rows(roleUrl('authenticator'), ...users), { code: '42501' })
      }
      assert.deepEqual(await rows(url, 'select count(*) from auth.users'), ['0'])
      await rows(url, 'create table public.profiles (id uuid references auth.users)')
    })

    test('tables that postgres makes in public are granted to the API roles', async () => {
      const { url, adminUrl, roleUrl } = await database()
      for (const [maker, table] of [
        [url, 'made_by_postgres'],
        [adminUrl, 'made_by_admin'],
      ] as const) {
        await rows(maker, `create table public.${table} (id bigserial)`)
        const insert = ['set role anon', `insert into public.${table} default values returning id`]
        assert.deepEqual(await rows(roleUrl('authenticator'), ...insert), ['1'])
      }
      const create = ['set role authenticated', 'create table public.mine ()']
      await assert.rejects(rows(roleUrl('authenticator'), ...create), { code: '42501' })
    })

    test('storage holds buckets and objects under policies', async () => {
      const { url, adminUrl, roleUrl } = await database()
      await rows(
        url,
        `insert into storage.buckets (id, name) values ('avatars', 'avatars')`,
        `insert into storage.objects (bucket_id, name) values
          ('avatars', '${user}/face.final.png'), ('avatars', 'other/face.png')`,
      )
      await rows(
        adminUrl,
        `create policy own on storage.objects for select to authenticated
          using ((storage.foldername(name))[1] = (select auth.uid())::text)`,
      )
      const visible = `select storage.filename(name), storage.extension(name), path_tokens
        from storage.objects`
      assert.deepEqual(
        await rows(roleUrl('authenticator'), ...asUser('authenticated', user), visible),
        [`face.final.png png ${user},face.final.png`],
      )
      assert.deepEqual(await rows(roleUrl('authenticator'), ...asUser('anon', user), visible), [])
    })
  })
}
