/**
 * Two processes that schedule in one database, and one of them killed at random, again and again:
 * every firing is done once, or reported as missed, and nothing in between.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { type TestDatabase, testDatabase } from '../database.ts'
import { poolerUnavailable, startPgbouncer } from '../pgbouncer.ts'
import { createEffects, exactJobs, onceJobs, slowJobs, slowPeriod } from '../schedule/process.ts'
import { connectAs } from '../storage/ingest.ts'

const script = fileURLToPath(new URL('../schedule/process.ts', import.meta.url))
const noPooler = await poolerUnavailable()
const wanted = { done: 150, kills: 5 }

interface Scheduling {
  name: string
  child: ChildProcess
  ended: Promise<number | null>
  said(): string
}

async function start(url: string): Promise<Scheduling> {
  const name = randomUUID()
  const child = spawn(process.execPath, [script, url, name], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const ready = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  const first = await Promise.race([ready.then(() => 'ready'), ended.then(() => 'ended')])
  assert.equal(first, 'ready', said)
  return { name, child, ended, said: () => said }
}

interface Progress {
  done: number
  takenOver: number
  givenUp: number
}

async function progress(client: pg.Client): Promise<Progress> {
  const { rows } = await client.query<Progress>(`
    select count(*) filter (where outcome = 'done')::integer as done,
      count(*) filter (where outcome = 'done' and claim > 1)::integer as "takenOver",
      count(*) filter (where outcome = 'missed' and attempts > 0)::integer as "givenUp"
    from supascope.job_runs`)
  assert.ok(rows[0])
  return rows[0]
}

/** Any of them; every other time, if there is one, a process in the middle of something long. */
async function chooseVictim(client: pg.Client, processes: Scheduling[]): Promise<number> {
  const { rows } = await client.query<{ claimed_by: string }>(
    'select claimed_by from supascope.job_runs where outcome is null and job = any($1)',
    [slowJobs],
  )
  const busy = processes.findIndex(({ name }) => rows.some((row) => row.claimed_by === name))
  if (busy >= 0 && Math.random() < 0.5) return busy
  return Math.floor(Math.random() * processes.length)
}

/** Until enough is done, and a process was killed both before and after others could help. */
async function killAtRandom(url: string, client: pg.Client): Promise<Scheduling[]> {
  const processes = [await start(url), await start(url)]
  for (let kills = 0; ; kills++) {
    const begun = await progress(client)
    const { done, takenOver, givenUp } = begun
    if (done >= wanted.done && kills >= wanted.kills && takenOver > 0 && givenUp > 0) {
      return processes
    }
    const more = 3 + Math.floor(Math.random() * 30)
    while ((await progress(client)).done < done + more) await sleep(5)
    const victim = await chooseVictim(client, processes)
    processes[victim]?.child.kill('SIGKILL')
    assert.equal(await processes[victim]?.ended, null)
    processes[victim] = await start(url)
  }
}

/** Until what killed processes held is taken over or given up. */
async function deadAreSettled(client: pg.Client, living: readonly string[]): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query(
      'select from supascope.job_runs where outcome is null and claimed_by <> all($1)',
      [living],
    )
    if (rowCount === 0) return
    await sleep(20)
  }
}

interface Row {
  job: string
  fireAt: number
  since: number
  firings: number
  outcome: string | null
  reason: string | null
  effects: number
}

async function readRows(client: pg.Client): Promise<Map<string, Row[]>> {
  const { rows } = await client.query<Row>(`
    select r.job, extract(epoch from r.fire_at)::integer as "fireAt",
      extract(epoch from r.since)::integer as since, r.firings, r.outcome, r.reason,
      (select count(*) from public.effects e where (e.job, e.fire_at) = (r.job, r.fire_at)
      )::integer as effects
    from supascope.job_runs r order by r.job, r.fire_at`)
  return Map.groupBy(rows, ({ job }) => job)
}

/** The oracle: these jobs fire every so many seconds, and each of their times is in one row. */
function checkEveryFiring(rows: readonly Row[], period: number): void {
  for (const [i, row] of rows.entries()) {
    const what = JSON.stringify({ before: rows[i - 1], row })
    assert.equal((row.fireAt - row.since) / period + 1, row.firings, what)
    const before = rows[i - 1]
    if (before !== undefined) assert.equal(row.since, before.fireAt + period, what)
    // One that was given back, and what was skipped while it was at work.
    const later = rows.slice(i + 1).map(({ outcome }) => outcome)
    if (row.outcome === null)
      assert.ok(
        later.every((outcome) => outcome === 'skipped'),
        what,
      )
    if (row.outcome !== 'done') assert.notEqual(row.outcome, 'failed', what)
  }
}

function checkEffects(rows: readonly Row[], kind: 'exact' | 'once'): void {
  for (const row of rows) {
    const what = JSON.stringify(row)
    if (row.outcome === 'done') assert.equal(row.effects, 1, what)
    else if (kind === 'exact') assert.equal(row.effects, 0, what)
    else assert.ok(row.effects <= 1, what)
    if (row.outcome === 'missed' || row.outcome === 'skipped') assert.ok(row.reason, what)
  }
}

async function prove(url: string, database: TestDatabase): Promise<string> {
  const client = await connectAs(database.url)
  try {
    await client.query(createEffects)
    const processes = await killAtRandom(url, client)
    const names = processes.map(({ name }) => name)
    await deadAreSettled(client, names)
    for (const { child } of processes) child.kill('SIGTERM')
    for (const { ended, said } of processes) assert.equal(await ended, 0, said())
    const { rows: held } = await client.query(
      'select job from supascope.job_runs where outcome is null and claimed_by = any($1)',
      [names],
    )
    assert.deepEqual(held, [], 'who is stopped gives back what it holds')
    const rows = await readRows(client)
    const all = [...exactJobs, ...slowJobs, ...onceJobs]
    assert.deepEqual([...rows.keys()].toSorted(), all.toSorted())
    for (const [job, runs] of rows) {
      checkEveryFiring(runs, slowJobs.includes(job) ? slowPeriod : 1)
      checkEffects(runs, onceJobs.includes(job) ? 'once' : 'exact')
    }
    const orphans = await client.query(`select from public.effects e where not exists (
      select from supascope.job_runs r where (r.job, r.fire_at) = (e.job, e.fire_at))`)
    assert.equal(orphans.rowCount, 0)
    const { done, takenOver, givenUp } = await progress(client)
    const firings = [...rows.values()].flat().reduce((sum, row) => sum + row.firings, 0)
    return `${firings} firings, ${done} done, ${takenOver} taken over, ${givenUp} given up`
  } finally {
    await client.end()
  }
}

describe('two processes, one of them killed at random', {
  concurrency: true,
  timeout: 600_000,
}, () => {
  test('through the session port', async (t) => {
    const database = await testDatabase({ migrated: true })
    t.diagnostic(await prove(database.url, database))
  })

  test('through a pooler in transaction mode', { skip: noPooler }, async (t) => {
    const database = await testDatabase({ migrated: true })
    const pooler = await startPgbouncer(t, database, { poolSize: 4 })
    t.diagnostic(await prove(pooler.url(database.name), database))
  })
})
