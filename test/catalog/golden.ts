/**
 * The golden catalog: what the shipped migrations make. `node test/catalog/golden.ts` writes it
 * anew; the diff says what a migration changes.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testDatabase } from '../database.ts'
import { type Catalog, readCatalog } from './read.ts'

/** The versions whose catalogs are compared. */
export const versions = [15, 17, 18] as const

export type Version = (typeof versions)[number]

export function goldenCatalog(version: Version): Catalog {
  return { objects: read('objects.txt'), views: read(viewsOf(version)) }
}

const folder = join(import.meta.dirname, 'golden')
const viewsOf = (version: Version): string => `views-${version}.txt`

function read(name: string): string {
  const path = join(folder, name)
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

if (import.meta.main) {
  for (const version of versions) {
    const { url } = await testDatabase({ version, migrated: true })
    const { objects, views } = await readCatalog(url)
    writeFileSync(join(folder, 'objects.txt'), objects)
    writeFileSync(join(folder, viewsOf(version)), views)
  }
  process.exit()
}
