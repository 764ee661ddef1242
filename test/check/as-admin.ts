import pg from 'pg'
import type { TestDatabase } from '../database.ts'

/** Plants what Supabase lets `postgres` do by ways of its own, and a plain server does not. */
export async function asAdmin({ adminUrl }: TestDatabase, text: string): Promise<undefined> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    await client.query(text)
    return undefined
  } finally {
    await client.end()
  }
}
