import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** One file of the shipped `migrations/` folder. */
export interface Migration {
  /** The file's name without `.sql`: its identity in the ledger, however the file was renamed. */
  name: string
  sql: string
}

// The same place seen from src/db and from dist/db.
const folder = new URL('../../migrations/', import.meta.url)

/** The migrations that this program brings, oldest first. */
export async function shippedMigrations(): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  return Promise.all(
    files.map(async (file) => ({
      name: file.slice(0, -'.sql'.length),
      sql: await readFile(fileURLToPath(new URL(file, folder)), 'utf8'),
    })),
  )
}

/** What only teams get that ask for it; in no ledger. */
export async function directIngestMigration(): Promise<Migration> {
  const sql = await readFile(fileURLToPath(new URL('opt-in/direct_ingest.sql', folder)), 'utf8')
  return { name: 'direct_ingest', sql }
}
