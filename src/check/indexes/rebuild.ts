import type { Facts, IndexFacts, IndexKey, TableFacts } from '../../facts/index.ts'
import { keySql, optionSql } from './key-sql.ts'
import { createIndexSql, dropIndexSql } from './remedies.ts'

/** How an index is to be made anew; what is not given stays as it is. */
export interface Rebuilt {
  /** What its name should say, behind its columns. */
  label: string
  method?: string
  /** Keys as SQL. */
  keys?: readonly string[]
  /** Its condition; null for none. */
  where: string | null
  /** INCLUDE and WITH. @defaultValue as they are, unless the method changes */
  options?: string
}

/** The column of a key, for a name. */
function wordOf({ column, text }: IndexKey): string {
  return column === 0 ? 'expr' : text.replaceAll('"', '')
}

/**
 * SQL that makes another index in the place of one: the new one first, so that at no time neither
 * is there. @returns null if the old one's definition is not understood
 */
export function rebuildSql(
  index: IndexFacts,
  table: TableFacts,
  rebuilt: Rebuilt,
  facts: Pick<Facts, 'tables' | 'indexes'>,
): string | null {
  const keys = rebuilt.keys ?? keySql(index)
  if (keys === null) return null
  const options = rebuilt.method === undefined ? (rebuilt.options ?? optionSql(index)) : undefined
  const create = createIndexSql(
    {
      table,
      keys,
      label: [...index.keys.map(wordOf), rebuilt.label].join('_'),
      unique: index.unique,
      method: rebuilt.method ?? index.method,
      ...(options === undefined ? {} : { options }),
      ...(rebuilt.where === null ? {} : { where: rebuilt.where }),
    },
    facts,
  )
  return `${create}\n${dropIndexSql(index)}`
}
