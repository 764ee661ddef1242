import type { Facts, IndexFacts, IndexUsage, TableFacts, TableUsage } from '../../facts/index.ts'

/**
 * Tables and indexes as people mean them: a partitioned one with what its parts add up to. Parts
 * are not judged by themselves, for nobody can drop or change them by themselves.
 */
export interface WholeTable {
  table: TableFacts
  /** Tables with storage: itself, or its partitions. */
  leaves: readonly TableFacts[]
  /** The planner's estimate; null if some leaf was never analysed. */
  rows: number | null
  heapBytes: number
  /** Counters of all leaves; null if none were seen. */
  usage: Counters | null
}

type Counters = Record<
  | 'seqScans'
  | 'indexScans'
  | 'inserted'
  | 'updated'
  | 'hotUpdated'
  | 'deleted'
  | 'modifiedSinceAnalyze',
  number
>

export interface WholeIndex {
  index: IndexFacts
  /** Indexes with storage: itself, or its parts. */
  leaves: readonly IndexFacts[]
  bytes: number
  /** Null if its counters were not seen. */
  usage: { scans: number; lastScanAt: string | null; young: boolean } | null
}

/** By oid. */
export function wholeTables({
  tables,
  tableUsage = [],
}: Pick<Facts, 'tables'> & Partial<Facts>): Map<number, WholeTable> {
  const usages = new Map(tableUsage.map((usage) => [usage.oid, usage]))
  const leavesOf = leafFinder(tables)
  return new Map(
    tables.map((table) => {
      const leaves = leavesOf(table)
      const rows = leaves.map((leaf) => leaf.rows)
      return [
        table.oid,
        {
          table,
          leaves,
          rows: rows.every((n) => n !== null) ? total(rows, (n) => n) : null,
          heapBytes: total(leaves, ({ heapBytes }) => heapBytes),
          usage: addUp(leaves.flatMap(({ oid }) => usages.get(oid) ?? [])),
        },
      ]
    }),
  )
}

/** All but parts of others, by oid. */
export function wholeIndexes({
  indexes,
  indexUsage = [],
}: Pick<Facts, 'indexes'> & Partial<Facts>): WholeIndex[] {
  const usages = new Map(indexUsage.map((usage) => [usage.oid, usage]))
  const leavesOf = leafFinder(indexes)
  return indexes
    .filter(({ partitionOf }) => partitionOf === null)
    .map((index) => {
      const leaves = leavesOf(index)
      const seen = leaves.flatMap(({ oid }) => usages.get(oid) ?? [])
      const bytes = total(leaves, (leaf) => leaf.bytes)
      return { index, leaves, bytes, usage: useOf(seen) }
    })
}

function useOf(usages: readonly IndexUsage[]): WholeIndex['usage'] {
  if (usages.length === 0) return null
  return {
    scans: total(usages, ({ scans }) => scans),
    lastScanAt:
      usages
        .flatMap(({ lastScanAt }) => lastScanAt ?? [])
        .toSorted()
        .at(-1) ?? null,
    young: usages.some(({ young }) => young),
  }
}

/** Finds what has storage below a partitioned relation: itself, if it is none. */
function leafFinder<T extends { oid: number; partitionOf: number | null }>(
  relations: readonly T[],
): (of: T) => T[] {
  const children = Map.groupBy(relations, ({ partitionOf }) => partitionOf)
  const leavesOf = (one: T): T[] => {
    if (!isPartitioned(one)) return [one]
    return (children.get(one.oid) ?? []).flatMap(leavesOf)
  }
  return leavesOf
}

function isPartitioned(relation: object): boolean {
  if ('partitioned' in relation) return relation.partitioned === true
  return 'kind' in relation && relation.kind === 'partitioned'
}

function addUp(usages: readonly TableUsage[]): Counters | null {
  if (usages.length === 0) return null
  const sum = (name: keyof Counters): number => total(usages, (usage) => usage[name])
  return {
    seqScans: sum('seqScans'),
    indexScans: sum('indexScans'),
    inserted: sum('inserted'),
    updated: sum('updated'),
    hotUpdated: sum('hotUpdated'),
    deleted: sum('deleted'),
    modifiedSinceAnalyze: sum('modifiedSinceAnalyze'),
  }
}

/** Writes that an index of the table has to follow: updates within a page spare it. */
export function indexWrites({ usage }: WholeTable): number {
  if (usage === null) return 0
  return usage.inserted + usage.deleted + Math.max(0, usage.updated - usage.hotUpdated)
}

function total<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((sum, one) => sum + of(one), 0)
}
