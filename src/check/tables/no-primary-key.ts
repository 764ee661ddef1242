import {
  type ColumnFacts,
  type ConstraintFacts,
  type IndexFacts,
  isManaged,
  type TableFacts,
} from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { quoteIdentifier } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { quoted } from './own-tables.ts'

const name = 'no_primary_key'
const title = 'No primary key'

/** Tables whose rows can't be told apart. See docs/findings/no_primary_key.md. */
export const noPrimaryKey: Rule = defineRule({
  name,
  title,
  description: 'Finds tables without a primary key; of a partitioned one the parent is judged.',
  examines: 'tables',
  needs: ['tables', 'constraints', 'indexes', 'columns'],
  schemaOnly: true,
  judge({ tables, constraints, indexes, columns }) {
    const own = tables.filter(isJudged)
    const keyed = new Set(constraints.filter(isPrimary).map(({ tableOid }) => tableOid))
    const notNull = columnsNotNull(columns)
    const withId = new Set(columns.filter((one) => one.name === 'id').map((one) => one.tableOid))
    return {
      examined: own.length,
      findings: own
        .filter(({ oid }) => !keyed.has(oid))
        .map((table) => finding(table, candidate(table, indexes, notNull), withId.has(table.oid))),
    }
  },
})

/** The parts of a partitioned table have the key that their parent has. */
function isJudged(table: TableFacts): boolean {
  return (
    (table.kind === 'table' || table.kind === 'partitioned') &&
    table.partitionOf === null &&
    !isManaged(table)
  )
}

function isPrimary({ kind }: ConstraintFacts): boolean {
  return kind === 'primary'
}

function columnsNotNull(columns: readonly ColumnFacts[]): Set<string> {
  return new Set(
    columns.filter(({ notNull }) => notNull).map(({ tableOid, number }) => `${tableOid}.${number}`),
  )
}

/** A unique index over whole, plain columns that are never null: as good as a key. */
function candidate(
  table: TableFacts,
  indexes: readonly IndexFacts[],
  notNull: ReadonlySet<string>,
): IndexFacts | undefined {
  return indexes.find(
    ({ tableOid, unique, valid, predicate, keys, method }) =>
      tableOid === table.oid &&
      unique &&
      valid &&
      method === 'btree' &&
      predicate === null &&
      keys.every(({ column }) => notNull.has(`${tableOid}.${column}`)),
  )
}

function finding(table: TableFacts, index: IndexFacts | undefined, hasId: boolean): Finding {
  const what = quoted(table)
  // Without an identity an update or delete of a published table is refused.
  const refused =
    table.published && (table.replicaIdentity === 'default' || table.replicaIdentity === 'nothing')
  const words = refused
    ? 'it is published, so the server refuses its updates and deletes'
    : 'nothing tells its rows apart: APIs, replication and deduplication have nothing to go by'
  return objectFinding(
    { name, title },
    { type: 'table', schema: table.schema, name: table.name },
    {
      level: refused ? 'ERROR' : index === undefined ? 'WARN' : 'INFO',
      categories: refused ? ['RELIABILITY'] : ['PERFORMANCE', 'RELIABILITY'],
      summary: refused ? 'published, and updates are refused' : 'no primary key',
      detail: `${what} has no primary key: ${words}.`,
      remediation: remedy(table, index, hasId),
      evidence: { published: table.published, unique_index: index?.name ?? null },
      metadata: { advisor: name },
    },
  )
}

function remedy(table: TableFacts, index: IndexFacts | undefined, hasId: boolean): string {
  const what = quoted(table)
  if (index !== undefined) {
    const columns = index.keys.map(({ text }) => text).join(', ')
    const taken = table.kind === 'partitioned' || index.constraint !== null
    const key = taken
      ? `primary key (${columns})`
      : `primary key using index ${quoteIdentifier(index.name)}`
    const lock = taken ? '-- Builds an index under an exclusive lock:\n' : ''
    return `${lock}alter table ${what} add ${key};`
  }
  if (table.kind === 'partitioned') {
    return `-- By the columns that tell its rows apart, with its partition key:\n-- alter table ${what} add primary key (…);`
  }
  const column = hasId ? 'row_id' : 'id'
  return `-- By the columns that tell its rows apart:
-- alter table ${what} add primary key (…);
-- or by a new one, which rewrites the table under an exclusive lock:
alter table ${what} add column ${column} bigint generated always as identity primary key;`
}
