import { type ConstraintFacts, type Facts, type IndexFacts, isManaged } from '../../facts/index.ts'
import type { Finding, FindingLevel } from '../../finding.ts'
import { formatBytes, plural } from '../../quantity.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { type CheckContext, defineRule, type Rule } from '../rule.ts'
import { foreignKeySupport } from './foreign-key-support.ts'
import { chainColumns } from './index-chains.ts'
import { createIndexSql } from './remedies.ts'
import { type WholeTable, wholeTables } from './whole.ts'

const name = 'unindexed_foreign_keys'
const title = 'Unindexed foreign key'

/** Bytes read a day to look for rows that refer to what is deleted. */
const errorBytesADay = 100 * 1024 ** 3
const warnBytesADay = 1024 ** 3
/** A referring table up to this size is read in no time. */
const smallBytes = 10 * 1024 ** 2
/** One of this size makes a single delete felt. */
const largeBytes = 1024 ** 3

/** Those of the referring table alone. */
type Own = Pick<Facts, 'columns' | 'indexes'>

/** Foreign keys that no index serves. See docs/findings/unindexed_foreign_keys.md. */
export const unindexedForeignKeys: Rule = defineRule({
  name,
  title,
  description:
    'Finds foreign keys without an index that begins with their columns: each delete of a referenced row reads the whole table.',
  examines: 'foreign keys',
  needs: ['constraints', 'indexes', 'columns', 'tables'],
  uses: ['tableUsage'],
  schemaOnly: true,
  judge(facts, context) {
    const own = { ...facts, constraints: facts.constraints.filter((key) => !isManaged(key)) }
    const { unsupported, examined } = foreignKeySupport(own)
    const tables = wholeTables(facts)
    const costs = [...Map.groupBy(unsupported, ({ tableOid }) => tableOid).values()]
      .flatMap((keys) => missingIndexes(keys))
      .flatMap((missing) => costOf(missing, tables, context) ?? [])
      .toSorted((a, b) => b.rank - a.rank)
    const columns = Map.groupBy(facts.columns, ({ tableOid }) => tableOid)
    const indexes = Map.groupBy(facts.indexes, ({ tableOid }) => tableOid)
    const findings = costs.map((cost) => {
      const { tableOid } = cost.keys[0]
      const own = { columns: columns.get(tableOid) ?? [], indexes: indexes.get(tableOid) ?? [] }
      return finding(cost, own, facts)
    })
    return { examined, findings }
  },
})

interface Missing {
  /** All of the same columns. */
  keys: [ConstraintFacts, ...ConstraintFacts[]]
  /** Columns of the index that would serve them, and perhaps larger keys too. */
  columns: readonly number[]
}

/** One a set of columns: two keys on the same column want one index. */
function missingIndexes(keys: readonly ConstraintFacts[]): Missing[] {
  const sets = [...Map.groupBy(keys, ({ columns }) => columns.toSorted().join()).values()]
  const columns = chainColumns(sets.map(([first]) => first?.columns ?? []))
  return sets.flatMap(([first, ...others], place) =>
    first === undefined ? [] : { keys: [first, ...others], columns: columns[place] ?? [] },
  )
}

interface Cost extends Missing {
  child: WholeTable
  deletes: number | null
  keyUpdatesAtMost: number | null
  bytesADay: number
  rank: number
}

function costOf(
  missing: Missing,
  tables: ReadonlyMap<number, WholeTable>,
  { statisticsMinutes }: CheckContext,
): Cost | null {
  const child = tables.get(missing.keys[0].tableOid)
  if (child === undefined) return null
  const parents = missing.keys.flatMap(
    ({ references }) => tables.get(references?.tableOid ?? 0)?.usage ?? [],
  )
  const known = parents.length > 0
  const deletes = parents.reduce((sum, { deleted }) => sum + deleted, 0)
  const updates = parents.reduce((sum, one) => sum + Math.max(0, one.updated - one.hotUpdated), 0)
  const days = Math.max(1, (statisticsMinutes ?? 0) / 1440)
  return {
    ...missing,
    child,
    deletes: known ? deletes : null,
    keyUpdatesAtMost: known ? updates : null,
    bytesADay: (child.heapBytes * deletes) / days,
    // Most updates leave the key as it is: they only part what is else alike.
    rank: child.heapBytes * (deletes + updates / 1000 + 1 / 1000),
  }
}

function levelOf({ child, bytesADay, deletes }: Cost): FindingLevel {
  if (child.heapBytes <= smallBytes || (deletes ?? 0) === 0) return 'INFO'
  if (bytesADay >= errorBytesADay) return 'ERROR'
  return bytesADay >= warnBytesADay || child.heapBytes >= largeBytes ? 'WARN' : 'INFO'
}

function finding(cost: Cost, own: Own, facts: Pick<Facts, 'tables' | 'indexes'>): Finding {
  const { keys, columns, child, deletes, keyUpdatesAtMost, bytesADay } = cost
  const [key, ...others] = keys
  const { schema, table } = key
  const nameOf = (number: number): string =>
    own.columns.find((one) => one.number === number)?.name ?? ''
  const label = columns.map(nameOf).join('_')
  const ddl = createIndexSql(
    { table: child.table, keys: columns.map((one) => quoteIdentifier(nameOf(one))), label },
    facts,
  )
  const partly = narrowing(key, own.indexes)
  const size = formatBytes(child.heapBytes)
  const of = key.columns.map(nameOf).join(', ')
  return objectFinding(
    { name, title },
    { type: 'constraint', schema, table, name: key.name },
    {
      level: levelOf(cost),
      summary: `${size} to read at each delete in ${key.references?.table}`,
      detail: [
        `No index of ${quoteName(schema, table)} begins with the columns of its foreign key ${quoteIdentifier(key.name)} (${of}): `,
        `each delete in ${referenced(key)}, and each update of the key there, reads all of it (${size} now)`,
        deletes === null ? '.' : `; ${plural(deletes, 'delete')} were counted.`,
        partly === null
          ? ''
          : ` ${quoteIdentifier(partly.name)} narrows it down by its first column.`,
        others.length === 0
          ? ''
          : ` The same holds for ${others.map((one) => quoteIdentifier(one.name)).join(', ')}.`,
      ].join(''),
      remediation: ddl,
      evidence: {
        table_bytes: child.heapBytes,
        table_rows: child.rows,
        referenced_deletes: deletes,
        referenced_key_updates_at_most: keyUpdatesAtMost,
        bytes_read_a_day: Math.round(bytesADay),
      },
      metadata: { advisor: name, columns: of, references: referenced(key) },
    },
  )
}

function referenced({ references }: ConstraintFacts): string {
  return references === null ? '' : quoteName(references.schema, references.table)
}

/** An index that begins with one of the key's columns, which may be all that it takes. */
function narrowing(key: ConstraintFacts, indexes: readonly IndexFacts[]): IndexFacts | null {
  const found = indexes.find(
    ({ keys, valid, predicate, method }) =>
      valid &&
      predicate === null &&
      method === 'btree' &&
      key.columns.includes(keys[0]?.column ?? 0),
  )
  return found ?? null
}
