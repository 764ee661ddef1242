/** The way in, against COPY into the same table. */
import { randomBytes, randomUUID } from 'node:crypto'
import type pg from 'pg'
import { copyIn } from './copy-in.ts'
import { compare, digits, line, type Ratio, timed } from './measure.ts'

const events = 50_000
const routes = 50

interface Event {
  d: number
  t: number
  v: number
  tr: string
}

/** In microseconds an event, client and commit included. */
export async function benchIngest(client: pg.Client): Promise<string[]> {
  const now = Date.now()
  const made = Array.from({ length: events }, (_, n): Event => {
    const v = Math.round(Math.exp(4 + Math.random() * 2) * 1000) / 1000
    return { d: n % routes, t: now - (n % 3_600_000), v, tr: randomBytes(16).toString('hex') }
  })
  const lines: string[] = []
  const against = async (size: number, copySize: number): Promise<Ratio> =>
    compare(
      5,
      () => call(client, made, size),
      () => copy(client, made, copySize),
    )
  for (const size of [100, 1000]) {
    const same = await against(size, size)
    lines.push(line(`RPC, ${size} rows a call; COPY as many`, same, 'µs a row', aimOf(size)))
    const one = await against(size, events)
    lines.push(line(`RPC, ${size} rows a call; one COPY of all`, one, 'µs a row', aimOf(size)))
  }
  const sketches = await sketchCost(client, now)
  lines.push(`  sketches of 33 events, 500 a call: ${digits(sketches)} µs an event`)
  return lines
}

const aimOf = (size: number): string => (size === 1000 ? 'aim: at least 0.5x' : '')

async function call(client: pg.Client, made: Event[], size: number): Promise<number> {
  const dims = Array.from({ length: routes }, (_, n) => ({
    kind: 'api',
    name: 'bench',
    route: `/route/${n + 1}`,
  }))
  const payloads = inChunks(made, size).map((chunk) =>
    JSON.stringify({ v: 1, id: randomUUID(), dims, events: chunk }),
  )
  const ms = await timed(async () => {
    for (const payload of payloads) {
      await client.query({
        name: 'ingest',
        text: 'select public.ingest_performance_logs($1)',
        values: [payload],
      })
    }
  })
  return (ms * 1000) / made.length
}

async function copy(client: pg.Client, made: Event[], size: number): Promise<number> {
  const row = ({ d, t, v, tr }: Event): string =>
    `${new Date(t).toISOString()}\t1\t${d + 10}\t${v}\t${tr}\n`
  const chunks = inChunks(made, size).map((chunk) => Buffer.from(chunk.map(row).join('')))
  const statement =
    'copy supascope.performance_logs (ts, position, dim_id, value, trace) from stdin'
  const ms = await timed(async () => {
    for (const chunk of chunks) await copyIn(client, statement, [chunk])
  })
  return (ms * 1000) / made.length
}

async function sketchCost(client: pg.Client, now: number): Promise<number> {
  const t = Math.floor(now / 60_000) * 60_000
  const dims = Array.from({ length: 500 }, (_, n) => ({
    kind: 'api',
    name: 'bench',
    route: `/route/${n + 1}`,
  }))
  const i = Array.from({ length: 16 }, (_, n) => 180 + n)
  const c = i.map((_, n) => (n === 0 ? 3 : 2))
  const counts = { n: 33, err: 0, z: 0, sum: 1500, min: 35, max: 52, i, c }
  const sketches = dims.map((_, d) => ({ d, t, ...counts }))
  const ms = await timed(async () => {
    for (let turn = 0; turn < 20; turn++) {
      const payload = JSON.stringify({ v: 1, id: randomUUID(), dims, sketches })
      await client.query('select public.ingest_performance_logs($1)', [payload])
    }
  })
  return (ms * 1000) / (20 * 500 * 33)
}

function inChunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) =>
    items.slice(n * size, (n + 1) * size),
  )
}
