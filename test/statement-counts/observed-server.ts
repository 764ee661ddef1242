import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type SnapshotResult, takeSnapshot } from '../../src/collect/index.ts'
import { type Connection, connect, detectCapabilities } from '../../src/db/index.ts'
import type { PostgresServer } from '../../src/local/postgres/index.ts'
import { type Command, floodShapes, hotShapes, roles, statementOf } from './commands.ts'

/** True calls by role and statement. */
export type Counts = Map<string, number>

export function countKey(key: { role: string; queryid: string }): string {
  return `${key.role} ${key.queryid}`
}

/** A snapshot with what had truly run when it was taken. */
export interface Observation {
  snapshot: SnapshotResult
  counts: Counts
  /** When each entry was made, as stored; empty before PostgreSQL 17. */
  statsSince: Map<string, string>
}

/** Carries out commands on a server, and counts every call itself. */
export class ObservedServer {
  readonly observations: Observation[] = []
  #counts: Counts = new Map()
  #connection: Connection | undefined
  readonly #server: PostgresServer
  readonly #queryids: readonly string[]

  private constructor(server: PostgresServer, queryids: readonly string[]) {
    this.#server = server
    this.#queryids = queryids
  }

  static async prepare(server: PostgresServer): Promise<ObservedServer> {
    const queryids: string[] = []
    await withAdmin(server, 'postgres', async (client) => {
      await client.query('create database elsewhere')
      for (let shape = 0; shape < hotShapes + floodShapes; shape++) {
        const explain = `explain (verbose, format json) ${statementOf(shape)}`
        // As text, because a number of JavaScript does not hold the id.
        const result = await client.query({ text: explain, types: { getTypeParser: () => String } })
        queryids.push(/"Query Identifier": (-?\d+)/.exec(result.rows[0]['QUERY PLAN'])?.[1] ?? '')
      }
    })
    await withAdmin(server, 'elsewhere', async (client) => {
      await client.query('create schema extensions')
      await client.query('create extension pg_stat_statements with schema extensions')
    })
    return new ObservedServer(server, queryids)
  }

  /** Starts over with the counting, from a snapshot. */
  async begin(): Promise<void> {
    this.observations.length = 0
    this.#counts = new Map()
    await this.carryOut({ type: 'snapshot' })
  }

  async connection(): Promise<Connection> {
    this.#connection ??= await connect({ url: this.#server.url() })
    return this.#connection
  }

  async disconnect(): Promise<void> {
    await this.#connection?.close()
    this.#connection = undefined
  }

  async carryOut(command: Command): Promise<void> {
    switch (command.type) {
      case 'run':
        return this.#run(command.role, Array(command.times).fill(command.shape))
      case 'flood':
        return this.#run(0, this.#floodShapes(command))
      case 'snapshot':
        return this.#observe()
      case 'reset':
        return this.#admin('select extensions.pg_stat_statements_reset()')
      case 'reset-extremes':
        return this.#admin('select extensions.pg_stat_statements_reset(0, 0, 0, true)')
      case 'reset-one':
        return this.#resetOne(command)
      case 'regrow':
        return this.#regrow(command)
      case 'restart':
        return this.#restart('fast')
      case 'stop':
        return this.#restart('immediate')
      case 'crash':
        return this.#crash()
    }
  }

  #floodShapes({ from, count }: { from: number; count: number }): number[] {
    return Array.from({ length: count }, (_, i) => hotShapes + ((from + i) % floodShapes))
  }

  async #run(roleIndex: number, shapes: readonly number[]): Promise<void> {
    const role = roles[roleIndex] ?? roles[0]
    await this.#admin(`set role ${role}; ${shapes.map(statementOf).join('; ')}`)
    for (const shape of shapes) {
      const key = countKey({ role, queryid: this.#queryids[shape] ?? '' })
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    }
  }

  async #resetOne(command: { role: number; shape: number; foreign: boolean }): Promise<void> {
    const where = command.foreign ? 'elsewhere' : 'postgres'
    await this.#admin(
      `select extensions.pg_stat_statements_reset(
        '${roles[command.role]}'::regrole,
        (select oid from pg_database where datname = 'postgres'),
        ${this.#queryids[command.shape]})`,
      where,
    )
  }

  async #regrow(command: Extract<Command, { type: 'regrow' }>): Promise<void> {
    const { role, shape, before, after } = command
    await this.#run(role, Array(before).fill(shape))
    await this.#resetOne({ role, shape, foreign: false })
    await this.#run(role, Array(after).fill(shape))
  }

  async #restart(mode: 'fast' | 'immediate'): Promise<void> {
    await this.disconnect()
    await this.#server.restart(mode)
  }

  async #crash(): Promise<void> {
    await this.disconnect()
    const bystander = new pg.Client({ connectionString: this.#server.url() })
    bystander.on('error', () => undefined)
    await bystander.connect()
    // Once the server has noticed, it ends every session and lets nobody in until it is well.
    const noticed = new Promise((resolve) => bystander.once('end', resolve))
    await assert.rejects(this.#admin("copy (select 1) to program 'kill -9 $PPID'"))
    await noticed
    for (;;) {
      const answer = await this.#admin('select').catch((error: unknown) => error)
      if (answer === undefined) return
      await sleep(20)
    }
  }

  async #observe(): Promise<void> {
    const { db } = await this.connection()
    const capabilities = await detectCapabilities(db)
    const snapshot = await takeSnapshot(db, capabilities, { textIntervalSeconds: 0 })
    if (snapshot.textError !== null) throw snapshot.textError
    const statsSince = new Map<string, string>()
    await withAdmin(this.#server, 'postgres', async (client) => {
      await client.query("set pg_stat_statements.track = 'none'")
      const { rows } = await client.query<{ role: string; queryid: string; since: string }>(
        `select userid::regrole::text as role, queryid::text, stats_since::text as since
        from supascope.statement_state where stats_since is not null`,
      )
      for (const row of rows) statsSince.set(countKey(row), row.since)
    })
    this.observations.push({ snapshot, counts: new Map(this.#counts), statsSince })
  }

  #admin(sql: string, database = 'postgres'): Promise<void> {
    return withAdmin(this.#server, database, async (client) => {
      await client.query(sql)
    })
  }
}

async function withAdmin(
  server: PostgresServer,
  database: string,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: server.url(database, 'supabase_admin') })
  // A server that goes down says so here too.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
