import pg from 'pg'

/** A session of its own, for tests in which one has to be in another's way. */
export interface Session {
  readonly client: pg.Client
  readonly pid: number
  /** Starts a statement and does not wait for it; its result or its error. */
  start(statement: string): Promise<unknown>
  close(): Promise<void>
}

export async function openSession(url: string, application = 'test'): Promise<Session> {
  const client = new pg.Client({ connectionString: url, application_name: application })
  // The end of a test may end the session first.
  client.on('error', () => undefined)
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return {
    client,
    pid: rows[0]?.pid ?? 0,
    start: (statement) => client.query(statement).catch((error: unknown) => error),
    close: () => client.end(),
  }
}

/** Waits until a query of pg_stat_activity or the like answers `true`; for a minute at most. */
export async function waitUntil(watcher: pg.Client, condition: string): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const { rows } = await watcher.query<{ met: boolean | null }>(`select (${condition}) as met`)
    if (rows[0]?.met === true) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`this did not come true: ${condition}`)
}

/** A condition for {@link waitUntil}: the session is as said. */
export function sessionIs(pid: number, condition: string): string {
  return `select ${condition} from pg_stat_activity where pid = ${pid}`
}
