import { ApiError } from './api-error.ts'
import type { Embed } from './query.ts'
import { exposedSchema, type Relationship, type SchemaCache } from './schema-cache.ts'

/** How an embedded resource hangs together with the one it is embedded in. */
export interface Link {
  table: string
  toOne: boolean
  /** Pairs of columns: of the embedded resource, and of the one around it. */
  on: (readonly [string, string])[]
}

/**
 * Finds the foreign key that an embedding means, by the name of the table, of the column or of the
 * constraint. https://docs.postgrest.org/en/stable/references/api/resource_embedding.html
 *
 * @throws ApiError PGRST200 without one, PGRST201 with several.
 */
export function findLink(cache: SchemaCache, from: string, embed: Embed): Link {
  const links = cache.relationships
    .flatMap((key) => linksOf(key, from, embed.relation))
    .filter(({ key }) => embed.hint === undefined || named(key, embed.hint))
  const [only, ...others] = links
  if (only === undefined) throw missing(from, embed)
  if (others.length > 0) throw ambiguous(from, embed, links)
  return only.link
}

interface Found {
  key: Relationship
  link: Link
}

function linksOf(key: Relationship, from: string, wanted: string): Found[] {
  const pairs = (a: string[], b: string[]): [string, string][] =>
    a.map((column, i) => [column, b[i] ?? ''])
  const found: Found[] = []
  if (key.table === from && (key.target === wanted || named(key, wanted))) {
    const on = pairs(key.targetColumns, key.columns)
    found.push({ key, link: { table: key.target, toOne: true, on } })
  }
  if (key.target === from && key.table === wanted) {
    const on = pairs(key.columns, key.targetColumns)
    found.push({ key, link: { table: key.table, toOne: key.unique, on } })
  }
  return found
}

function named(key: Relationship, hint: string): boolean {
  return key.constraint === hint || (key.columns.length === 1 && key.columns[0] === hint)
}

function missing(from: string, embed: Embed): ApiError {
  const between = `'${from}' and '${embed.relation}'`
  const hint = embed.hint === undefined ? '' : ` using the hint '${embed.hint}'`
  return new ApiError(
    400,
    'PGRST200',
    `Could not find a relationship between ${between} in the schema cache`,
    {
      details: `Searched for a foreign key relationship between ${between}${hint} in the schema '${exposedSchema}', but no matches were found.`,
    },
  )
}

function ambiguous(from: string, embed: Embed, links: Found[]): ApiError {
  const names = links.map(({ key }) => `'${embed.relation}!${key.constraint}'`).join(', ')
  return new ApiError(
    300,
    'PGRST201',
    `Could not embed because more than one relationship was found for '${from}' and '${embed.relation}'`,
    { hint: `Try changing '${embed.relation}' to one of the following: ${names}.` },
  )
}
