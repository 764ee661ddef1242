import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { cancelClients } from '../../db/cancel.ts'
import { databaseError, parseDatabaseUrl } from '../../db/index.ts'

export interface DemoOptions {
  /** Postgres URL as the role postgres. */
  url: string
  /** Factor on the number of rows, up to 1 (about 500,000). @defaultValue 1 */
  scale?: number
  signal?: AbortSignal
}

/**
 * Makes the demo's tables, rows, keys and indexes.
 *
 * @throws ScopeError whatever the database answers, with its remedy.
 */
export async function createDemo({ url, scale = 1, signal }: DemoOptions): Promise<void> {
  await runScripts(url, ['schema.sql', 'seed.sql', 'indexes.sql'], scale, signal)
}

/** The deploy that loses an index: trouble (g). */
export async function deployDemo({ url, signal }: Omit<DemoOptions, 'scale'>): Promise<void> {
  await runScripts(url, ['deploy.sql'], 1, signal)
}

async function runScripts(
  url: string,
  names: readonly string[],
  scale: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const target = parseDatabaseUrl(url)
  const client = new pg.Client({ connectionString: url, application_name: 'supascope demo' })
  const cancel = (): void => void cancelClients([client], target)
  try {
    signal?.throwIfAborted()
    signal?.addEventListener('abort', cancel, { once: true })
    await client.connect()
    for (const name of names) {
      const script = await readFile(new URL(name, import.meta.url), 'utf8')
      await client.query(script.replaceAll(':scale', String(Number(scale))))
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw databaseError(error, target)
  } finally {
    signal?.removeEventListener('abort', cancel)
    await client.end()
  }
}
