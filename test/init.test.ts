/** `supascope init` in a project of the real Supabase CLI, which then applies what it added. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { shippedMigrations } from '../src/db/index.ts'
import { testDatabase } from './database.ts'
import { supabaseCliIn } from './supabase-cli.ts'
import { assertFailure, type Run, supascope } from './supascope.ts'

describe('init', () => {
  let project: string
  let url: string
  before(async () => {
    project = await mkdtemp(join(tmpdir(), 'supascope-init-'))
    url = (await testDatabase()).url
  })
  after(() => rm(project, { recursive: true, force: true }))

  const init = (...args: string[]): Promise<Run> => supascope(['init', ...args], { cwd: project })
  const files = (): Promise<string[]> => readdir(join(project, 'supabase', 'migrations'))

  async function push(): Promise<void> {
    const run = await supabaseCliIn(project, 'db', 'push', `--remote=${url}`)
    assert.equal(run.status, 0, run.stdout + run.stderr)
  }

  async function query(text: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query({ text, rowMode: 'array' })
    await client.end()
    return rows.flat()
  }

  it('says that the folder is no Supabase project', async () => {
    assertFailure(await init(), { status: 2, code: 'SCOPE_USAGE', hint: /supabase init/ })
  })

  it('adds nothing with --dry-run', async () => {
    assert.equal((await supabaseCliIn(project, 'init')).status, 0)
    const { stdout } = await init('--dry-run')
    assert.match(stdout, /^would add supabase\/migrations\/\d{14}_supascope_schema\.sql\n/)
    await assert.rejects(files(), { code: 'ENOENT' })
  })

  it("adds all behind the team's own, and db push applies them", async () => {
    const own = '20991231235959_own.sql'
    await mkdir(join(project, 'supabase', 'migrations'))
    await writeFile(join(project, 'supabase', 'migrations', own), 'create table public.own ();')
    const run = await init()
    assert.equal(run.status, 0, run.stderr)
    assert.match(run.stderr, /supabase db push/)
    assert.equal((await files()).sort()[0], own, 'a stamp of ours came before it')
    await push()
    const shipped = (await shippedMigrations()).map(({ name }) => name)
    const ledger = await query('select name from supascope.schema_migrations order by name')
    assert.deepEqual(ledger, shipped)
  })

  it('does nothing the second time', async () => {
    const there = await files()
    assert.match((await init()).stdout, /^Nothing to do/)
    assert.deepEqual(await files(), there)
  })

  it('adds the direct way only when asked, and once', async () => {
    const exists = "select to_regprocedure('public.ingest_web_vitals(text)') is not null"
    assert.deepEqual(await query(exists), [false])
    const { added } = JSON.parse((await init('--direct-ingest', '--format', 'json')).stdout)
    assert.match(added.join(), /^supabase\/migrations\/\d{14}_supascope_direct_ingest\.sql$/)
    assert.match((await init('--direct-ingest')).stdout, /^Nothing to do/)
    await push()
    assert.deepEqual(await query(exists), [true])
  })
})
