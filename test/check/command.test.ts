/** `supascope check`, as people and as CI run it. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import pg from 'pg'
import { rules } from '../../src/check/index.ts'
import type { CheckReport } from '../../src/check-report.ts'
import { testDatabase } from '../database.ts'
import { publishedSchema } from '../published-schema.ts'
import { assertFailure, type Run, supascope } from '../supascope.ts'

let url = ''
let folder = ''

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supascope-check-'))
  const database = await testDatabase({ migrated: true })
  url = database.url
  await run(`create table public.t (id int primary key, a int);
    insert into public.t values (1, 1), (2, 1)`)
  await run('create unique index concurrently broken on public.t (a)').catch(() => undefined)
})

async function run(query: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(query)
  } finally {
    await client.end()
  }
}

function check(...options: string[]): Promise<Run> {
  return supascope(['check', '--db-url', url, ...options])
}

const key = 'invalid_index:public.t.broken'

test('prints what is wrong, what it looked at and what it did not', async () => {
  const text = await check()
  assert.equal(text.status, 0, text.stderr)
  assert.match(text.stdout, /What needs attention\n(.*\n)*.* invalid_index +public\.t\.broken/)
  assert.match(text.stdout, /Not examined/)
  const markdown = await check('--format', 'markdown')
  assert.match(markdown.stdout, /^# Check of test\\_/)
  assert.match(markdown.stdout, /```sql\ndrop index concurrently public\.broken;/)
})

test('its JSON accounts for every rule, and is what its schema says', async () => {
  const { stdout, status, stderr } = await check('--format', 'json')
  assert.equal(status, 0, stderr)
  const report: CheckReport = JSON.parse(stdout)
  assert.equal(publishedSchema('check').strict(report), '')
  const spoken = [...report.examined, ...report.skipped].map(({ rule }) => rule)
  assert.deepEqual(spoken.sort(), rules.map(({ name }) => name).sort())
  const cold = report.skipped.filter(({ why }) => /activity counters are \d+ min old/.test(why))
  const counting = rules.filter(({ counters }) => counters)
  assert.equal(cold.length > 0, counting.length > 0)
  assert.deepEqual(
    report.skipped.filter(({ why }) => why.includes('broke down')),
    [],
  )
})

test('exits with 1 from the level on that was asked for', async () => {
  const only = ['--only', 'invalid_index']
  assert.equal((await check(...only, '--fail-on', 'warn')).status, 1)
  assert.equal((await check(...only, '--fail-on', 'info', '--ignore', key)).status, 0)
  assert.equal((await check(...only, '--fail-on', 'info', '--ignore', 'invalid_*')).status, 0)
})

test('lets pass what a base report knows, and nothing else', async () => {
  const base = join(folder, 'base.json')
  const only = ['--only', 'invalid_index']
  assert.equal((await check(...only, '--format', 'json', '--output', base)).status, 0)
  const known = await check(...only, '--fail-on-new', base)
  assert.equal(known.status, 0, known.stderr)
  const report: CheckReport = JSON.parse(await readFile(base, 'utf8'))
  const none = join(folder, 'none.json')
  await writeFile(none, JSON.stringify({ ...report, findings: [] }))
  assert.equal((await check(...only, '--fail-on-new', none)).status, 1)
})

test('says what is wrong with its options before it connects', async () => {
  const nowhere = ['--db-url', 'postgresql://postgres:x@127.0.0.1:1/postgres']
  const other = join(folder, 'other.json')
  await writeFile(other, '{"schema": 2}')
  for (const options of [
    ['--only', 'no_such_rule'],
    ['--fail-on-new', join(folder, 'missing.json')],
    ['--fail-on-new', other],
  ]) {
    const failed = await supascope(['check', ...nowhere, ...options])
    assertFailure(failed, { status: 2, code: 'SCOPE_USAGE' })
  }
})

test('runs on an empty database of a CI job, which has no schema of ours', async () => {
  const empty = await testDatabase({})
  const checked = await supascope([
    ...['check', '--db-url', empty.url, '--schema-only'],
    ...['--format', 'json', '--fail-on', 'info'],
  ])
  assert.ok([0, 1].includes(checked.status ?? -1), checked.stderr)
  const report: CheckReport = JSON.parse(checked.stdout)
  // Before the status, which would not tell which finding it is, nor why a rule was silent.
  assert.deepEqual(report.findings, [])
  assert.deepEqual(
    report.skipped.filter(({ rule }) => rules.some((one) => one.name === rule && one.schemaOnly)),
    [],
  )
  assert.equal(checked.status, 0, checked.stderr)
  const ran = new Set(report.examined.map(({ rule }) => rule))
  assert.deepEqual(
    [...ran].sort(),
    rules
      .filter((one) => one.schemaOnly)
      .map((one) => one.name)
      .sort(),
  )
})

test('a role that may see little is told what was not examined, and why', async () => {
  await run(`create role watcher_check login password 'postgres'`).catch(() => undefined)
  const database = await testDatabase({})
  const checked = await supascope([
    ...['check', '--db-url', database.roleUrl('watcher_check'), '--format', 'json'],
  ])
  assert.equal(checked.status, 0, checked.stderr)
  const report: CheckReport = JSON.parse(checked.stdout)
  assert.ok(report.skipped.every(({ why }) => why !== '' && !why.includes('broke down')))
})
