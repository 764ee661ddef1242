import { isManaged, type TableFacts, type TableUsage } from '../../facts/index.ts'
import { quoteName } from '../../quote.ts'

/** A table of the team's own, with what was counted of it. */
export interface UsedTable {
  table: TableFacts
  usage: TableUsage
}

/** Tables and materialized views of the team's own: what has rows of its own. */
export function storedTables(tables: readonly TableFacts[]): TableFacts[] {
  return tables.filter(
    (table) => (table.kind === 'table' || table.kind === 'matview') && !isManaged(table),
  )
}

export function usedTables(
  tables: readonly TableFacts[],
  usage: readonly TableUsage[],
): UsedTable[] {
  const byOid = new Map(usage.map((one) => [one.oid, one]))
  return storedTables(tables).flatMap((table) => {
    const counted = byOid.get(table.oid)
    return counted === undefined ? [] : [{ table, usage: counted }]
  })
}

/** The planner's estimate, or, of a table that was never analysed, what was counted. */
export function rowsOf({ table, usage }: UsedTable): number {
  return table.rows ?? usage.liveRows
}

/** The partitioned table at the top, by the oid of each of its parts at any depth. */
export function partitionRoots(tables: readonly TableFacts[]): Map<number, TableFacts> {
  const byOid = new Map(tables.map((table) => [table.oid, table]))
  const roots = new Map<number, TableFacts>()
  for (const table of tables) {
    let root = table
    for (let up = table.partitionOf; up !== null; up = root.partitionOf) {
      const parent = byOid.get(up)
      if (parent === undefined) break
      root = parent
    }
    if (root !== table) roots.set(table.oid, root)
  }
  return roots
}

export function quoted({ schema, name }: { schema: string; name: string }): string {
  return quoteName(schema, name)
}
