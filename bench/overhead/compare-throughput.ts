import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { PostgresServer } from '../../src/local/postgres/index.ts'
import { ratio, Timings } from '../collect/measure.ts'
import { dearest, difference, type OwnCost, ownCost } from './own-cost.ts'
import { clients, fillTables, scale, throughput } from './pgbench.ts'
import { serverCpu } from './server-cpu.ts'
import { startWatcher } from './watcher.ts'

export interface Comparison {
  server: PostgresServer
  pgbench: string
  /** Pairs of runs. */
  rounds: number
  /** Of each run. Of 60 s, each holds every job that runs each minute exactly once. */
  seconds: number
}

/** What a process does once, and at the begin of each minute, is over by then, ms. */
const settleMs = 5_000

/** Until the jobs of each minute have begun: one of them samples for as long as it lasts. */
function untilNextMinute(): Promise<void> {
  return sleep(60_000 - (Date.now() % 60_000) + settleMs)
}

/** Pairs of runs, watched and not, in changing order, so that what drifts meets both alike. */
export async function compareThroughput(comparison: Comparison): Promise<void> {
  const { server, pgbench, rounds, seconds } = comparison
  await fillTables(pgbench, server)
  await throughput(pgbench, server, Math.min(10, seconds))
  const client = new pg.Client({ connectionString: server.url('postgres', 'supabase_admin') })
  await client.connect()
  const [alone, watched] = [newSide(), newSide()]
  const costs: OwnCost[] = []
  const runOne = async (side: Side): Promise<void> => {
    const before = serverCpu(server)
    const tps = await throughput(pgbench, server, seconds)
    side.tps.add(tps)
    side.cpu.add((serverCpu(server) - before) / (tps * seconds))
  }
  const runAlone = (): Promise<void> => runOne(alone)
  const runWatched = async (): Promise<void> => {
    const stop = await startWatcher(server)
    await untilNextMinute()
    const before = await ownCost(client)
    await runOne(watched)
    costs.push(difference(await ownCost(client), before))
    await stop()
  }
  console.log(
    `PostgreSQL ${server.version}, pgbench scale ${scale}, ${clients} clients, ${seconds} s a run, ${rounds} pairs\n`,
  )
  for (let round = 0; round < rounds; round++) {
    for (const run of round % 2 === 0 ? [runAlone, runWatched] : [runWatched, runAlone]) await run()
    console.log(`  alone ${lastOf(alone)}, watched ${lastOf(watched)}`)
  }
  printCosts(costs, seconds)
  console.log('\nwatched to alone, middle half in brackets')
  console.log(`  transactions a second            ${ratio(watched.tps, alone.tps)}`)
  console.log(`  processor time a transaction     ${ratio(watched.cpu, alone.cpu)}`)
  console.log('\nthe dearest of our statements')
  for (const line of await dearest(client)) console.log(line)
  await client.end()
}

interface Side {
  tps: Timings
  /** Processor time of the whole server, ms a transaction. */
  cpu: Timings
}

function newSide(): Side {
  return { tps: new Timings(), cpu: new Timings() }
}

function lastOf({ tps, cpu }: Side): string {
  return `${(tps.values.at(-1) ?? 0).toFixed(0)} tps (${(cpu.values.at(-1) ?? 0).toFixed(4)} ms of processor each)`
}

/** Of one core: a server with more of them has more time in a minute. */
function printCosts(costs: readonly OwnCost[], seconds: number): void {
  const minutes = (costs.length * seconds) / 60
  const total = (of: (cost: OwnCost) => number): number => costs.reduce((sum, c) => sum + of(c), 0)
  const each = (of: (cost: OwnCost) => number): number => total(of) / minutes
  const busy = costs.map(({ busyMs }) => busyMs / (10 * seconds))
  const share = each(({ busyMs }) => busyMs) / 600
  console.log(
    `\nour statements, by the server's own count: ${each(({ busyMs }) => busyMs).toFixed(0)} ms a minute, ` +
      `${share.toFixed(3)} % of one core (${Math.min(...busy).toFixed(3)} to ${Math.max(...busy).toFixed(3)})`,
  )
  console.log(
    `  ${each(({ calls }) => calls).toFixed(0)} statements, ` +
      `${(each(({ walBytes }) => walBytes) / 1024).toFixed(0)} kB of WAL, ` +
      `${each(({ tempBlocks }) => tempBlocks).toFixed(0)} temporary blocks a minute`,
  )
}
