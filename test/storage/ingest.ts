/** Sends payloads to the database as the API does, and reads what became of them. */
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import type { Answer } from '../../client-sdk/src/wire.ts'

/** @param text JSON. @throws pg.DatabaseError if jsonb itself refuses it. */
export async function ingest(client: pg.ClientBase, text: string): Promise<Answer> {
  const { rows } = await client.query(
    'select public.ingest_performance_logs($1::jsonb) as answer',
    [text],
  )
  return rows[0].answer
}

/**
 * A client to the database.
 *
 * @param role to take on, as PostgREST does after it has come in as the authenticator
 */
export async function connectAs(url: string, role?: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  if (role !== undefined) await client.query(`set role ${role}`)
  return client
}

/** What the database has stored of batches, in rows. */
export async function stored(client: pg.ClientBase): Promise<Record<string, number>> {
  const { rows } = await client.query(`
    select
      (select count(*) from supascope.performance_logs)::integer as logs,
      (select count(*) from supascope.web_vitals)::integer as vitals,
      (select count(*) from supascope.sketch_minutes)::integer as sketches,
      (select count(*) from supascope.dimensions where name <> '__other__' and route <> '__other__'
      )::integer as dimensions`)
  return rows[0]
}

/** Runs a job as a runner would; what it did, or why not. */
export async function runJob(
  client: pg.ClientBase,
  job: string,
  who: string,
): Promise<Record<string, unknown>> {
  const { rows } = await client.query('select supascope.run_job($1, $2) as result', [job, who])
  return rows[0].result
}

/**
 * Runs a roll-up until it has taken everything: on a shared server other tests' transactions hold
 * the horizon back for a while.
 */
export async function rollUpAll(
  client: pg.ClientBase,
  source: 'events' | 'minutes',
): Promise<void> {
  const step = source === 'events' ? 'supascope.rollup()' : 'supascope.compact_hours()'
  for (;;) {
    await client.query(`select ${step}`)
    const { rows } = await client.query('select seconds from supascope.lag() where source = $1', [
      source,
    ])
    if (rows[0].seconds === 0) return
    await setTimeout(20)
  }
}
