import type { Facts, TableFacts } from '../../../src/facts/index.ts'
import type { Difference } from './advice.ts'

/** Tells whether a row is of a kind; made of the facts of the database where it was found. */
type Kind = (facts: Partial<Facts>) => (row: Difference) => boolean

/** Below this Supascope says nothing of an unused index, bytes. */
const smallBytes = 1024 ** 2

/** Rows that the page tells of by what they have in common, in the page's words. */
export const kinds: Readonly<Record<string, Kind>> = {
  'whatever both find': () => (row) => row.advisors !== '–' && row.supascope !== '–',
  'partitioned tables': ({ tables = [] }) => {
    const are = namesOf(tables.filter(({ kind }) => kind === 'partitioned'))
    return ({ object, advisors }) => advisors === '–' && isOf(object, are)
  },
  partitions: ({ tables = [] }) => {
    const are = namesOf(tables.filter(({ partitionOf }) => partitionOf !== null))
    return ({ object, supascope }) => supascope === '–' && isOf(object, are)
  },
  'indexes smaller than 1 MB': ({ indexes = [] }) => {
    const small = indexes.filter(({ bytes, partitionOf }) => bytes < smallBytes && !partitionOf)
    const are = new Set(small.map(({ schema, table, name }) => `${schema}.${table}.${name}`))
    return ({ object, supascope }) => supascope === '–' && are.has(object)
  },
}

function namesOf(tables: readonly TableFacts[]): ReadonlySet<string> {
  return new Set(tables.map(({ schema, name }) => `${schema}.${name}`))
}

/** `public.orders`, or a part of it: `public.orders.orders_user_id_fkey`. */
function isOf(object: string, tables: ReadonlySet<string>): boolean {
  return tables.has(object) || tables.has(object.split('.').slice(0, 2).join('.'))
}
