import type { ColumnFacts, ConstraintFacts, Facts, IndexFacts } from '../../facts/index.ts'
import { conjuncts, notNullColumn } from './predicate.ts'

/** Tells which indexes serve which foreign keys. */
export interface ForeignKeySupport {
  /** Foreign keys without an index that finds the rows of a referenced key. */
  unsupported: readonly ConstraintFacts[]
  /** Indexes by which some foreign key finds them: nobody may advise to drop these. */
  supporting: ReadonlySet<number>
  examined: number
}

/**
 * An index serves a foreign key if it is a valid B-tree (of one column, a hash index will do) that
 * begins with exactly the key's columns, in whichever order, under their own collations. A partial
 * one serves only if it leaves nothing out but nulls, which refer to nothing.
 */
export function foreignKeySupport(
  facts: Pick<Facts, 'constraints' | 'indexes' | 'columns' | 'tables'>,
): ForeignKeySupport {
  // The copies that partitions have are the partitioned table's own trouble.
  const keys = facts.constraints.filter(
    ({ kind, parentOid }) => kind === 'foreign' && parentOid === null,
  )
  const columns = new Map(facts.columns.map((one) => [`${one.tableOid}.${one.number}`, one]))
  const indexes = Map.groupBy(facts.indexes, ({ tableOid }) => tableOid)
  const partitions = Map.groupBy(facts.tables, ({ partitionOf }) => partitionOf)
  const byName = new Map(facts.columns.map((one) => [`${one.tableOid}.${one.name}`, one]))
  const supporting = new Set<number>()
  const serve = (table: number, wanted: readonly ColumnFacts[]): boolean => {
    const found = (indexes.get(table) ?? []).filter((index) => serves(index, wanted, columns))
    for (const { oid } of found) supporting.add(oid)
    if (found.length > 0) return true
    // Without an index of its own a partitioned table may still have one on each partition.
    const parts = partitions.get(table) ?? []
    const served = parts.map(({ oid }) =>
      serve(
        oid,
        wanted.flatMap(({ name }) => byName.get(`${oid}.${name}`) ?? []),
      ),
    )
    return parts.length > 0 && served.every(Boolean)
  }
  const unsupported = keys.filter(
    (key) =>
      !serve(
        key.tableOid,
        key.columns.flatMap((number) => columns.get(`${key.tableOid}.${number}`) ?? []),
      ),
  )
  return { unsupported, supporting: withParents(supporting, facts.indexes), examined: keys.length }
}

/** A part serves because the index that it belongs to was made. */
function withParents(oids: ReadonlySet<number>, indexes: readonly IndexFacts[]): Set<number> {
  const parents = new Map(indexes.map(({ oid, partitionOf }) => [oid, partitionOf]))
  const all = new Set<number>()
  for (const oid of oids) {
    for (let at: number | null = oid; at !== null; at = parents.get(at) ?? null) all.add(at)
  }
  return all
}

function serves(
  index: IndexFacts,
  wanted: readonly ColumnFacts[],
  columns: ReadonlyMap<string, ColumnFacts>,
): boolean {
  const { method, keys, valid, building, predicate, tableOid } = index
  const usable = method === 'btree' || (method === 'hash' && wanted.length === 1)
  if (!usable || !valid || building || keys.length < wanted.length) return false
  const leading = keys.slice(0, wanted.length)
  const names = new Set(wanted.map(({ name }) => name))
  return (
    leading.every(({ column, collation }) => {
      const found = columns.get(`${tableOid}.${column}`)
      return found !== undefined && names.delete(found.name) && found.collation === collation
    }) && omitsOnlyNulls(predicate, wanted)
  )
}

function omitsOnlyNulls(predicate: string | null, wanted: readonly ColumnFacts[]): boolean {
  if (predicate === null) return true
  const names = new Set(wanted.map(({ name }) => name))
  const parts = conjuncts(predicate)
  return parts?.every((part) => names.has(notNullColumn(part) ?? '')) ?? false
}
