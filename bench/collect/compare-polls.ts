import pg from 'pg'
import { ownMarker } from '../../src/analyze/index.ts'
import { takeSnapshot } from '../../src/collect/index.ts'
import type { Capabilities, Database } from '../../src/db/index.ts'
import type { PostgresServer } from '../../src/local/postgres/index.ts'
import {
  type Alternative,
  bare,
  bareMarker,
  fullView,
  topAndReset,
  topOnAxes,
} from './alternatives.ts'
import { ratio, Timings } from './measure.ts'
import { serverTime } from './server-time.ts'
import type { Workload } from './workload.ts'

export interface Watched {
  server: PostgresServer
  db: Database
  capabilities: Capabilities
}

/** Polls in turn, each after one statement in ten has run. */
export async function comparePolls(
  watched: Watched,
  workload: Workload,
  rounds: number,
): Promise<void> {
  const client = new pg.Client({
    connectionString: watched.server.url('postgres', 'supabase_admin'),
  })
  await client.connect()
  const ours = new Timings()
  const [oursInServer, bareInServer] = [new Timings(), new Timings()]
  const others = new Map<Alternative, Timings>(
    [bare, fullView, topOnAxes].map((each) => [each, new Timings()]),
  )
  for (const each of [...others.keys(), topAndReset]) {
    for (const statement of each.prepare) await client.query(statement)
  }
  const snapshot = () => takeSnapshot(watched.db, watched.capabilities)
  for (let warm = 0; warm < 3; warm++) await snapshot()
  let changed = 0
  for (let round = 0; round < rounds; round++) {
    await workload.run(10, round % 10)
    for (const [each, timings] of others) await timings.measure(() => each.poll(client))
    const before = await serverTime(client, ownMarker)
    changed = (await ours.measure(snapshot)).changed
    oursInServer.add((await serverTime(client, ownMarker)) - before)
    const bareBefore = await serverTime(client, bareMarker)
    await bare.poll(client)
    bareInServer.add((await serverTime(client, bareMarker)) - bareBefore)
  }
  // Last and apart, because its reset leaves nothing for the others to read.
  const resetting = new Timings()
  const beside = new Timings()
  for (let round = 0; round < Math.max(3, rounds / 3); round++) {
    await workload.run(1, 0)
    await beside.measure(() => bare.poll(client))
    await resetting.measure(() => topAndReset.poll(client))
  }
  await client.end()
  const base = others.get(bare) ?? ours
  console.log(
    `one poll, ${changed} changed statements; as times of the bare select, middle half in brackets`,
  )
  line('supascope: read, subtract, store', ours, base)
  for (const [each, timings] of others) line(each.name, timings, base)
  line(topAndReset.name, resetting, beside)
  console.log('of that in the server, by its own count of execution time')
  line('supascope', oursInServer, bareInServer)
  line(bare.name, bareInServer, bareInServer)
}

function line(name: string, timings: Timings, base: Timings): void {
  console.log(`  ${name.padEnd(40)}${ratio(timings, base).padEnd(24)}${timings}`)
}
