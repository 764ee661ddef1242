/** The rule of the workers, on a server whose one worker has work for hours. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { autovacuumBusy } from '../../src/check/tables/autovacuum-busy.ts'
import { readFacts } from '../../src/collect/catalog/index.ts'
import { connect, detectCapabilities } from '../../src/db/index.ts'
import type { SeenFacts } from '../../src/facts/index.ts'
import { ownServer } from '../database.ts'

/** Until the launcher has come round; only a broken server needs as long. */
const patienceMs = 120_000

test('a worker that is long at it, and that no other is free, are found', async (t) => {
  const server = await ownServer(t, {
    version: 17,
    settings: { autovacuum_max_workers: 1, autovacuum_naptime: '1s' },
  })
  const client = new pg.Client({ connectionString: server.url() })
  await client.connect()
  const { db, close } = await connect({ url: server.url() })
  try {
    await client.query(`
      create table public.endless (id int, word text) with (autovacuum_vacuum_cost_delay = 100,
        autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_threshold = 1);
      insert into public.endless select n, repeat('x', 1000) from generate_series(1, 20000) n;
      delete from public.endless where id % 2 = 0`)
    const capabilities = await detectCapabilities(db)
    const seen = await until(async () => {
      const facts = await readFacts(db, capabilities, {
        only: new Set(['autovacuumWorkers', 'server', 'host']),
      })
      const [worker] = facts.seen.autovacuumWorkers ?? []
      return worker?.table === 'endless' ? facts.seen : null
    })

    const now = seen.server?.now ?? ''
    const judge = (hours: number): string[] =>
      autovacuumBusy
        .judge(seen, { now: after(now, hours), statisticsMinutes: null })
        .findings.map(({ cacheKey, level }) => `${level} ${cacheKey}`)
    const allBusy = 'WARN autovacuum_busy:autovacuum_max_workers'
    assert.deepEqual(judge(0), [allBusy])
    assert.deepEqual(judge(2), ['WARN autovacuum_busy:public.endless', allBusy])
    assert.deepEqual(judge(13), ['ERROR autovacuum_busy:public.endless', allBusy])

    // Two more could work: none waits for one to be free.
    const server = seen.server
    assert.ok(server)
    const roomy = { ...server, settings: { ...server.settings, autovacuum_max_workers: three } }
    const context = { now, statisticsMinutes: null }
    assert.deepEqual(autovacuumBusy.judge({ ...seen, server: roomy }, context).findings, [])
  } finally {
    await close()
    await client.end()
  }
})

const three = { value: '3', unit: null, bootValue: '3' }

function after(iso: string, hours: number): string {
  return new Date(Date.parse(iso) + hours * 3_600_000).toISOString()
}

async function until(look: () => Promise<SeenFacts['seen'] | null>): Promise<SeenFacts['seen']> {
  const end = Date.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== null) return found
    assert.ok(Date.now() < end, 'no autovacuum worker came to the table')
    await wait(200)
  }
}
