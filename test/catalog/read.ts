/**
 * Everything of ours that stands in a database, one object a line: what two databases that went
 * different ways must have alike. Of partitions only the parents, because each day has others.
 */
import pg from 'pg'
import { queries, views } from './queries.ts'

export interface Catalog {
  /** The same on every version of Postgres. */
  objects: string
  /** As this version of Postgres prints them. */
  views: string
}

export async function readCatalog(url: string): Promise<Catalog> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    // Names are printed in full only if no schema is searched.
    await client.query("set search_path = ''")
    const objects: string[] = []
    for (const [kind, query] of Object.entries(queries)) {
      objects.push(...(await lines(client, kind, query)))
    }
    return { objects: text(objects), views: text(await lines(client, 'view', views)) }
  } finally {
    await client.end()
  }
}

async function lines(client: pg.Client, kind: string, query: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string; what: string }>(query)
  return rows.map(({ name, what }) => `${kind} ${name}: ${what.trim().replace(/\s+/g, ' ')}`).sort()
}

const text = (lines: string[]): string => lines.map((line) => `${line.trimEnd()}\n`).join('')
