/**
 * Storage: rows, ingestion, roll-up, reading and refreshing, each against the usual way. With
 * `--millions 10` over ten million events; one million else.
 */
import { availableParallelism } from 'node:os'
import { loadEvents, millions, openBench } from './storage/database.ts'
import { benchIngest } from './storage/ingest.ts'
import { digits } from './storage/measure.ts'
import { benchReading } from './storage/reading.ts'
import { benchCompaction, benchRollup, settle } from './storage/rollup.ts'
import { benchRows } from './storage/rows.ts'

const { client, less, server } = await openBench()
try {
  const version = `PostgreSQL ${server.version}, fsync on, ${availableParallelism()} cores shared with the client`
  console.log(`${version}\nours against the other; ratio: median of rounds in turns (spread)\n`)
  print('a raw row', await benchRows(client))
  print('ingestion', await benchIngest(client))
  await client.query('truncate supascope.performance_logs')
  print('compaction', [await benchCompaction(client)])

  const events = millions * 1_000_000
  await loadEvents(less, events / 10)
  await settle(less)
  await loadEvents(client, events)
  const whole = await settle(client)
  const history = `${digits(events / 10)} and ${digits(events)}`
  print('roll-up', [whole, await benchRollup(less, client, history)])
  await settle(client)
  await client.query('vacuum analyze')
  print(`reading, ${digits(events)} events of ${1000} series`, await benchReading(client))
} finally {
  await Promise.all([client.end(), less.end()])
  await server.stop('immediate')
}

function print(title: string, lines: readonly string[]): void {
  console.log(`${title}\n${lines.join('\n')}\n`)
}
