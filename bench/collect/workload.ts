import pg from 'pg'
import type { PostgresServer } from '../../src/local/postgres/index.ts'

/** Where the statements to be measured come from. */
export interface Workload {
  /** Runs the statements whose number divided by `every` leaves `rest`, once each. */
  run(every: number, rest: number): Promise<void>
  close(): Promise<void>
}

const textLength = 1_500

/**
 * Fills pg_stat_statements with different statements, each with a text of about 1.5 kB. Most read
 * a table, some compute only, one in ten writes.
 */
export async function createWorkload(server: PostgresServer, count: number): Promise<Workload> {
  const client = new pg.Client({ connectionString: server.url() })
  await client.connect()
  for (const statement of tables) await client.query(statement)
  await client.query('set role authenticated')
  const run = async (every: number, rest: number): Promise<void> => {
    const chosen = Array.from({ length: count }, (_, i) => i).filter((i) => i % every === rest)
    for (let at = 0; at < chosen.length; at += 50) {
      await client.query(
        chosen
          .slice(at, at + 50)
          .map(statementOf)
          .join(';'),
      )
    }
  }
  await run(1, 0)
  return { run, close: () => client.end() }
}

const tables = [
  'create schema bench',
  'grant usage on schema bench to authenticated',
  'create table bench.documents (id integer primary key, body text)',
  `insert into bench.documents select i, repeat('text ', 40) from generate_series(1, 5000) i`,
  'create table bench.events (at timestamptz default now(), what text, how_long integer)',
  'grant select, insert on all tables in schema bench to authenticated',
  'analyze bench.documents',
]

const comment = `/* ${'statement text '.repeat(textLength / 15)} */`

function statementOf(i: number): string {
  // The bits of the number choose the type of each column, and so the statement's id.
  const columns = Array.from({ length: 13 }, (_, bit) => ((i >> bit) & 1 ? '1' : "'a'::text"))
  const list = `${comment} ${columns.join(', ')}`
  const size = 1 + Math.floor(Math.random() * 40)
  if (i % 10 === 9) {
    return `insert into bench.events (what, how_long) select 'read', ${size} from (select ${list}) x`
  }
  if (i % 3 === 0) return `select ${list} from generate_series(1, ${size})`
  return `select ${list} from bench.documents where id < ${size * 10}`
}
