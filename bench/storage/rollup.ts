/** Roll-up and compaction. */
import type pg from 'pg'
import { lately, loadEvents, number } from './database.ts'
import { compare, digits, line, timed } from './measure.ts'

/** What the last seven minutes bring: the more events a series has, the less its sketches' rows cost. */
const rates = [
  { name: '1e8 a day', fresh: 486_000, aim: 'aim: at most 1.5 µs and 1.1x' },
  { name: '2e7 a day', fresh: 100_000, aim: '' },
] as const

/** Rolling up what the last minutes have brought, behind little history and behind ten times as much. */
export async function benchRollup(
  less: pg.Client,
  more: pg.Client,
  history: string,
): Promise<string> {
  const lines: string[] = []
  for (const { name, fresh, aim } of rates) {
    for (const client of [less, more]) {
      // What autovacuum does within a minute: without it the index knows nothing of the new pages.
      await client.query('vacuum analyze')
      // Else the roll-up writes out what loading has left in memory.
      await client.query('checkpoint')
    }
    const ratio = await compare(
      7,
      () => rollupCost(less, fresh),
      () => rollupCost(more, fresh),
    )
    lines.push(line(`roll-up at ${name}, ${history}`, ratio, 'µs an event', aim))
  }
  return lines.join('\n')
}

/** µs an event */
async function rollupCost(client: pg.Client, fresh: number): Promise<number> {
  await loadEvents(client, fresh, lately)
  return (await timed(() => client.query('select supascope.rollup()'))) * (1000 / fresh)
}

/** Rolls up and compacts everything; says what it cost in all. */
export async function settle(client: pg.Client): Promise<string> {
  const before = await number(
    client,
    'select rows_consumed from supascope.watermarks where source = $$events$$',
  )
  const rolled = await timed(() => untilDone(client, 'rollup()'))
  const after = await number(
    client,
    'select rows_consumed from supascope.watermarks where source = $$events$$',
  )
  const compacted = await timed(() => untilDone(client, 'compact_hours()'))
  const days = await timed(() => untilDone(client, 'compact_days()'))
  const count = after - before
  return `  ${digits(count)} events: rolled up at ${digits((rolled * 1000) / count)} µs an event, then ${digits(compacted)} ms to hours, ${digits(days)} ms to days`
}

/**
 * Sixty minutes of a thousand series into their hour: appended and put together once, as we do,
 * against merged into the hour after each minute.
 */
export async function benchCompaction(client: pg.Client): Promise<string> {
  const into = async (hour: string, everyMinute: boolean): Promise<number> => {
    const ms = await timed(async () => {
      for (let minute = 0; minute < 60; minute++) {
        await client.query(`
          insert into supascope.sketch_minutes (bucket, n, err, zeros, sum, min, max, dim_id, idx, cnt)
          select ${hour} + ${minute} * interval '1 minute', 7, 0, 0, 700, 55, 148, d.id,
            array(select (200 + (d.id + ${minute} * 7 + k * 8) % 50)::smallint from generate_series(1, 6) k),
            '{1,1,1,1,1,2}'
          from supascope.dimensions d where d.name = 'bench'`)
        if (everyMinute) await untilDone(client, 'compact_hours()')
      }
      await untilDone(client, 'compact_hours()')
    })
    return ms
  }
  let round = 0
  const ratio = await compare(
    3,
    () => into(`date_trunc('hour', now()) - ${++round} * interval '1 hour'`, false),
    () => into(`date_trunc('hour', now()) - ${++round} * interval '1 hour'`, true),
  )
  return line('60 minutes of 1,000 series into an hour', ratio, 'ms', 'other: merged each minute')
}

async function untilDone(client: pg.Client, step: string): Promise<void> {
  for (let more = true; more; ) {
    const { rows } = await client.query(`select supascope.${step} as did`)
    more = rows[0].did.more
  }
}
