import type { Facts, IndexFacts, PolicyFacts, RoutineFacts, TableFacts } from '../../facts/index.ts'
import type { PolicyCall } from './expression.ts'

/** What a condition is judged by besides its text: tables, their indexes, and functions. */
export interface Surroundings {
  table(schema: string, name: string): TableFacts | undefined
  tableByOid(oid: number): TableFacts | undefined
  /** The planner's estimate, of a partitioned table that of its partitions; null if unknown. */
  rows(table: TableFacts | undefined): number | null
  indexes(table: TableFacts | undefined): readonly IndexFacts[]
  /** The column's type; null if unknown. */
  typeOf(table: TableFacts | undefined, column: string): string | null
  /** Whether a cast changes only the name of the type, so that an index is used as it is. */
  isSameValue(table: TableFacts | undefined, column: string, cast: string): boolean
  /** The function that a policy calls, if its name and arguments leave no doubt. */
  routine(policy: PolicyFacts, call: PolicyCall): RoutineFacts | undefined
}

/** Facts by name and oid. */
export function surroundings(
  facts: Pick<Facts, 'tables' | 'indexes'> & Partial<Pick<Facts, 'routines' | 'columns'>>,
): Surroundings {
  const byOid = new Map(facts.tables.map((table) => [table.oid, table]))
  const byName = new Map(facts.tables.map((table) => [keyOf(table.schema, table.name), table]))
  const parts = Map.groupBy(facts.tables, (table) => table.partitionOf)
  const indexes = Map.groupBy(facts.indexes, (index) => index.tableOid)
  const routines = new Map((facts.routines ?? []).map((routine) => [routine.oid, routine]))
  const types = new Map(
    (facts.columns ?? []).map((one) => [JSON.stringify([one.tableOid, one.name]), one.typeName]),
  )
  const typeOf: Surroundings['typeOf'] = (table, column) =>
    (table && types.get(JSON.stringify([table.oid, column]))) ?? null
  const rows = (table: TableFacts | undefined): number | null => {
    if (table === undefined) return null
    if (table.kind !== 'partitioned') return table.rows
    const counts = (parts.get(table.oid) ?? []).map(rows)
    return counts.every((count) => count === null) ? null : sum(counts)
  }
  return {
    table: (schema, name) => byName.get(keyOf(schema, name)),
    tableByOid: (oid) => byOid.get(oid),
    rows,
    indexes: (table) => (table && indexes.get(table.oid)) ?? [],
    typeOf,
    isSameValue: (table, column, cast) => isSameValue(typeOf(table, column), cast),
    routine: (policy, call) => oneOf(candidates(policy, call, routines)),
  }
}

/** Casts that the server makes without a function (pg_cast.castmethod = 'b'), of common types. */
const relabelled: ReadonlySet<string> = new Set(['varchar>text', 'cidr>inet', 'text>varchar'])

function isSameValue(type: string | null, cast: string): boolean {
  return type === cast || relabelled.has(`${type}>${cast}`)
}

function candidates(
  { functions }: PolicyFacts,
  call: PolicyCall,
  routines: ReadonlyMap<number, RoutineFacts>,
): RoutineFacts[] {
  return functions
    .map((oid) => routines.get(oid))
    .filter((routine) => routine !== undefined)
    .filter(({ schema, name }) => schema === call.schema && name === call.name)
    .filter(
      ({ argumentsMin, argumentsMax }) =>
        argumentsMin <= call.arguments && call.arguments <= argumentsMax,
    )
}

/** Namesakes that are alike in what counts stand for one another. */
function oneOf(found: readonly RoutineFacts[]): RoutineFacts | undefined {
  const [first] = found
  return found.every(({ volatility }) => volatility === first?.volatility) ? first : undefined
}

function keyOf(schema: string, name: string): string {
  return JSON.stringify([schema, name])
}

function sum(counts: readonly (number | null)[]): number {
  return counts.reduce<number>((total, count) => total + (count ?? 0), 0)
}
