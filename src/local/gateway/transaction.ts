import type pg from 'pg'
import { cancelClients } from '../../db/cancel.ts'
import type { DatabaseUrl } from '../../db/index.ts'
import { ApiError } from './api-error.ts'
import { type Fragment, type Rendered, render } from './sql-fragment.ts'

/** The one row in which a statement answers. */
export interface StatementRow {
  total_result_set: string | null
  page_total: string
  body: string | null
  response_headers: string | null
  response_status: string | null
  response_inserted: string | null
}

export interface Work {
  readOnly: boolean
  settings: Fragment
  statement: Fragment
  /** Looks at the answer before the commit; what it throws rolls everything back. */
  check(row: StatementRow): void
}

/** A statement text beyond this number is not kept prepared, so that no client can fill the server. */
const maxPrepared = 500

/** Runs requests against the database, each in a transaction of its own. */
export class Transactions {
  readonly #pool: pg.Pool
  readonly #url: DatabaseUrl
  readonly #names = new Map<string, string>()

  constructor(pool: pg.Pool, url: DatabaseUrl) {
    this.#pool = pool
    this.#url = url
  }

  /**
   * @param signal Aborted when the client is gone: what runs is cancelled and its connection given up.
   * @throws ApiError PGRST003 without a free connection; else what the driver throws.
   */
  async run(work: Work, signal: AbortSignal): Promise<StatementRow> {
    const client = await this.#checkOut()
    const cancel = (): void => void cancelClients([client], this.#url)
    signal.addEventListener('abort', cancel, { once: true })
    try {
      signal.throwIfAborted()
      return await this.#runOn(client, work)
    } finally {
      signal.removeEventListener('abort', cancel)
      // A late cancellation must not hit the next request on the same connection.
      client.release(signal.aborted)
    }
  }

  async #checkOut(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect()
    } catch (error) {
      const full = error instanceof Error && /timeout exceeded when trying/.test(error.message)
      if (full) {
        const message = 'Timed out acquiring connection from connection pool.'
        throw new ApiError(504, 'PGRST003', message)
      }
      throw new ApiError(503, 'PGRST000', 'Database connection error. Retrying the connection.')
    }
  }

  async #runOn(client: pg.PoolClient, work: Work): Promise<StatementRow> {
    const mode = work.readOnly ? 'READ ONLY' : 'READ WRITE'
    await client.query(`BEGIN ISOLATION LEVEL READ COMMITTED ${mode}`)
    try {
      await client.query(this.#prepared(render(work.settings)))
      const result = await client.query<StatementRow>(this.#prepared(render(work.statement)))
      const row = result.rows[0]
      if (row === undefined) throw new Error('a statement of the gateway answered without a row')
      work.check(row)
      await client.query('COMMIT')
      return row
    } catch (error) {
      // A connection that is gone has rolled back by itself.
      await client.query('ROLLBACK').catch(() => undefined)
      throw error
    }
  }

  /** Prepared under a name, as PostgREST does: after five runs the server may keep a generic plan. */
  #prepared({ text, values, types }: Rendered): pg.QueryConfig {
    const known = this.#names.get(text)
    const fresh = this.#names.size < maxPrepared ? `pgrst_${this.#names.size}` : undefined
    const name = known ?? fresh
    if (known === undefined && name !== undefined) this.#names.set(text, name)
    // The driver takes the types of the parameters from the list and the parsers of the result from
    // the method, both under one name.
    const both = Object.assign(types, { getTypeParser: textParser })
    return { text, values, types: both, ...(name === undefined ? {} : { name }) }
  }
}

/** Everything arrives as text: JSON bodies are passed on and never parsed. */
function textParser(): (text: string) => string {
  return (text) => text
}
