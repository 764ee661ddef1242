import { type ColumnFacts, type IndexFacts, type IndexKey, isManaged } from '../../facts/index.ts'
import { conjuncts, notNullColumn } from './predicate.ts'

/**
 * - `duplicate`: the same index twice;
 * - `constraint`: the same columns that a primary key or a unique index has already;
 * - `prefix`: another index begins with all that it has.
 */
export type Redundancy = 'duplicate' | 'constraint' | 'prefix'

/** An index that another one does the work of. */
export interface Redundant {
  index: IndexFacts
  /** Does all that it does, and is itself not redundant. */
  keeper: IndexFacts
  kind: Redundancy
}

/**
 * Every index that can be dropped because another stays, by oid. All advice to drop an index of
 * this kind comes from here, and whoever advises to drop another spares the keepers.
 */
export function redundantIndexes(
  indexes: readonly IndexFacts[],
  columns: readonly ColumnFacts[] = [],
): Map<number, Redundant> {
  const notNull = new Set(
    columns.flatMap((one) => (one.notNull ? `${one.tableOid}.${one.name}` : [])),
  )
  const found = new Map<number, Redundant>()
  const sound = indexes.filter((one) => one.valid && one.ready && !one.building && !isManaged(one))
  for (const group of Map.groupBy(sound, ({ tableOid }) => tableOid).values()) {
    const shapes = group.map((index) => shapeOf(index, notNull))
    for (const victim of shapes) {
      const over = shapes.filter((keeper) => keeper !== victim && replaces(keeper, victim))
      // What replaces is a strict order, so the best of them is replaced by none.
      const keeper = over.find(
        (one) => !over.some((other) => other !== one && replaces(other, one)),
      )
      if (keeper !== undefined) found.set(victim.index.oid, redundant(victim, keeper))
    }
  }
  return found
}

interface Shape {
  index: IndexFacts
  keys: string[]
  /** The same, read backwards. */
  backwards: string[]
  payload: ReadonlySet<number>
  /** Condition without what is always true. */
  predicate: string
  /** Everything else, of the methods whose rules are not those of a B-tree. */
  rest: string
}

function shapeOf(index: IndexFacts, notNull: ReadonlySet<string>): Shape {
  const { method, keys, included, predicate, definition, tableOid } = index
  const always = (conjunct: string): boolean =>
    notNull.has(`${tableOid}.${notNullColumn(conjunct) ?? ''}`)
  const parts = predicate === null ? [] : (conjuncts(predicate) ?? [predicate])
  return {
    index,
    keys: keys.map((key) => keyText(key, false)),
    backwards: keys.map((key) => keyText(key, true)),
    payload: new Set([...included, ...keys.map(({ column }) => column)]),
    predicate: parts.filter((part) => !always(part)).join(' AND '),
    rest: method === 'btree' ? method : definition.slice(definition.indexOf(' USING ')),
  }
}

function keyText(key: IndexKey, flipped: boolean): string {
  const { column, text, operatorClass, collation, descending, nullsFirst } = key
  const what = column === 0 ? text : column
  return JSON.stringify([
    what,
    operatorClass,
    collation,
    descending !== flipped,
    nullsFirst !== flipped,
  ])
}

/** Whether `victim` can go because `keeper` stays. Of two alike, the dearer one stays. */
function replaces(keeper: Shape, victim: Shape): boolean {
  if (!covers(keeper, victim) || !mayGo(victim.index, keeper.index)) return false
  if (!covers(victim, keeper) || !mayGo(keeper.index, victim.index)) return true
  return worth(keeper.index, victim.index) > 0
}

function covers(keeper: Shape, victim: Shape): boolean {
  const [ours, theirs] = [keeper.index, victim.index]
  if (keeper.rest !== victim.rest || keeper.predicate !== victim.predicate) return false
  if (victim.keys.length > keeper.keys.length) return false
  // Unique means nothing of a prefix: only the same columns keep the same duplicates out.
  const asUnique =
    ours.unique &&
    victim.keys.length === keeper.keys.length &&
    ours.nullsNotDistinct === theirs.nullsNotDistinct &&
    // `on conflict` takes no deferrable one.
    (!ours.deferrable || theirs.deferrable)
  if (theirs.unique && !asUnique) return false
  if (ours.method !== 'btree' && victim.keys.length !== keeper.keys.length) return false
  const same = (keys: string[]): boolean => victim.keys.every((key, i) => key === keys[i])
  return (
    (same(keeper.keys) || (ours.method === 'btree' && same(keeper.backwards))) &&
    theirs.included.every((column) => keeper.payload.has(column))
  )
}

/** What is bound stays, but for a unique constraint that another constraint says once more. */
function mayGo(victim: IndexFacts, keeper: IndexFacts): boolean {
  if (!isBound(victim)) return true
  return isUniqueConstraint(victim) && keeper.constraint !== null
}

/** It is there for its unique constraint alone, which takes it along. */
export function isUniqueConstraint(index: IndexFacts): boolean {
  return (
    index.constraint !== null &&
    index.unique &&
    !index.primary &&
    !index.exclusion &&
    !isBound({ ...index, constraint: null })
  )
}

/** Others rely on it: a constraint, a foreign key, replication, or the partitioned table's index. */
export function isBound(index: IndexFacts): boolean {
  return (
    index.primary ||
    index.exclusion ||
    index.constraint !== null ||
    index.replicaIdentity ||
    index.referencedBy > 0 ||
    index.partitionOf !== null
  )
}

/** A total order: what is bound, unique, and older is worth more. */
function worth(a: IndexFacts, b: IndexFacts): number {
  const bound = Number(isBound(a)) - Number(isBound(b))
  const unique = Number(a.unique) - Number(b.unique)
  return bound || unique || b.oid - a.oid
}

function redundant(victim: Shape, keeper: Shape): Redundant {
  const same = victim.keys.length === keeper.keys.length
  let kind: Redundancy = 'prefix'
  if (same && keeper.index.unique && !victim.index.unique) kind = 'constraint'
  else if (covers(victim, keeper)) kind = 'duplicate'
  return { index: victim.index, keeper: keeper.index, kind }
}
