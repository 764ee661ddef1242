/**
 * Storage: rows, ingestion, roll-up, reading and refreshing, each against the usual way. With
 * `--millions 10` over ten million events; one million else.
 */
import { availableParallelism } from 'node:os'
import { loadEvents, millions, openBench } from './storage/database.ts'
import { benchIngest } from './storage/ingest.ts'
import { digits } from './storage/measure.ts'
import { benchReading } from './storage/reading.ts'
import { benchCompaction, rollupCost, settle } from './storage/rollup.ts'
import { benchRows } from './storage/rows.ts'

const { client, server } = await openBench()
try {
  const version = `PostgreSQL ${server.version}, fsync on, ${availableParallelism()} cores shared with the client`
  console.log(`${version}\nours against the other; ratio: median of rounds in turns (spread)\n`)
  print('a raw row', await benchRows(client))
  print('ingestion', await benchIngest(client))
  await client.query('truncate supascope.performance_logs')
  print('compaction', [await benchCompaction(client)])

  const events = millions * 1_000_000
  await loadEvents(client, events / 10)
  const first = await settle(client)
  const small = await rollupCost(client)
  await loadEvents(client, events - events / 10)
  const rest = await settle(client)
  const large = await rollupCost(client)
  await settle(client)
  await client.query('vacuum analyze')
  print('roll-up', [
    first,
    rest,
    `  ${digits(small)} µs an event behind ${digits(events / 10)} events, ${digits(large)} behind ${digits(events)}: ${digits(large / small)}x (aim: at most 1.5 µs and 1.1x)`,
  ])
  print(`reading, ${digits(events)} events of ${1000} series`, await benchReading(client))
} finally {
  await client.end()
  await server.stop('immediate')
}

function print(title: string, lines: readonly string[]): void {
  console.log(`${title}\n${lines.join('\n')}\n`)
}
