/** Writers, rollers and a killer that work on one server at once, until every batch is in. */
import { randomInt } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import type { Batch } from '../../client-sdk/src/wire.ts'
import { ingest } from '../storage/ingest.ts'
import { type Ledger, makeBatch } from './storage-ledger.ts'

export interface Traffic {
  url: string
  ledger: Ledger
  writers: number
  batchesPerWriter: number
  /** Told after each batch that is in. */
  onBatch: (done: number) => void
}

/** Sends everything and rolls up meanwhile. @throws if a batch that was in is taken again */
export async function runTraffic(traffic: Traffic): Promise<void> {
  const end = new AbortController()
  const others = [
    ...[1, 2].map(() => repeat(traffic.url, end.signal, rollUp)),
    repeat(traffic.url, end.signal, refresh),
    repeat(traffic.url, end.signal, killSomeone),
  ]
  let done = 0
  const writers = Array.from({ length: traffic.writers }, (_, writer) =>
    write(traffic, writer, () => traffic.onBatch(++done)),
  )
  try {
    await Promise.all(writers)
  } finally {
    end.abort()
    await Promise.all(others)
  }
}

async function write(traffic: Traffic, writer: number, onBatch: () => void): Promise<void> {
  const session = new Session(traffic.url, 'writer')
  for (let turn = 0; turn < traffic.batchesPerWriter; turn++) {
    const batch = makeBatch(traffic.ledger, writer, turn, Date.now())
    await session.untilDone((client) => send(client, batch))
    if (randomInt(4) === 0) {
      const answer = await session.untilDone((client) => ingest(client, JSON.stringify(batch)))
      if (!answer.duplicate) throw new Error(`the batch ${batch.id} was taken twice`)
    }
    onBatch()
  }
  await session.close()
}

/** False: rolled back, to be sent again. Whether a lost connection had committed, nobody knows. */
async function send(client: pg.Client, batch: Batch): Promise<boolean> {
  await client.query('begin')
  await ingest(client, JSON.stringify(batch))
  await dawdle(client)
  const give = randomInt(7) === 0
  await client.query(give ? 'rollback' : 'commit')
  return !give
}

async function rollUp(client: pg.Client): Promise<void> {
  await client.query('begin')
  const step = ['rollup()', 'rollup(50)', 'compact_hours()', 'compact_days()'][randomInt(4)]
  await client.query(`select supascope.${step}`)
  await dawdle(client)
  await client.query(randomInt(5) === 0 ? 'rollback' : 'commit')
}

async function refresh(client: pg.Client): Promise<void> {
  await client.query('update supascope.view_refreshes set refreshed_at = null')
  const job = ['refresh', 'retention', 'partitions', 'rollup'][randomInt(4)]
  await client.query('select supascope.run_job($1, $2)', [job, 'manual'])
}

async function killSomeone(client: pg.Client): Promise<void> {
  await client.query(`
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name in ('writer', 'other') and pid <> pg_backend_pid() and state <> 'idle'
    order by random() limit 1`)
  await setTimeout(randomInt(150))
}

async function dawdle(client: pg.Client): Promise<void> {
  if (randomInt(3) === 0) await client.query('select pg_sleep($1)', [randomInt(40) / 1000])
}

async function repeat(
  url: string,
  signal: AbortSignal,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const session = new Session(url, 'other')
  while (!signal.aborted) await session.once(work)
  await session.close()
}

/** A connection that comes back after whatever has ended it. */
class Session {
  readonly #url: string
  readonly #name: string
  #client: pg.Client | undefined

  constructor(url: string, name: string) {
    this.#url = url
    this.#name = name
  }

  /** Repeats `work` until it neither fails nor says false. */
  async untilDone<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    for (;;) {
      const outcome = await this.once(work)
      if (outcome !== undefined && outcome !== false) return outcome
    }
  }

  /** Undefined: it failed. */
  async once<T>(work: (client: pg.Client) => Promise<T>): Promise<T | undefined> {
    try {
      this.#client ??= await this.#connect()
      return await work(this.#client)
    } catch (error) {
      if (!isTransient(error)) throw error
      await this.close()
      await setTimeout(randomInt(30))
      return undefined
    }
  }

  async close(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    await client?.end().catch(() => undefined)
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.#url, application_name: this.#name })
    // The query in flight reports it too.
    client.on('error', () => undefined)
    await client.connect()
    return client
  }
}

/** Lost connections, servers that start or stop, and what a caller repeats: deadlocks, locks. */
function isTransient(error: unknown): boolean {
  const code = (error as { code?: string }).code
  if (code === undefined) return /terminated|Connection|timeout/i.test(String(error))
  return /^(57P|08|40|55P03)/.test(code) || /^E(CONN|PIPE)/.test(code)
}
