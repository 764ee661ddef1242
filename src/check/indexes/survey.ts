import { type ColumnFacts, type Facts, isManaged } from '../../facts/index.ts'
import { foreignKeySupport } from './foreign-key-support.ts'
import { isBound, redundantIndexes } from './redundancy.ts'
import { type WholeIndex, type WholeTable, wholeIndexes, wholeTables } from './whole.ts'

/** An index with all that rules on its shape and its use ask for. */
export interface SurveyedIndex extends WholeIndex {
  whole: WholeTable
  /** Of its keys; undefined for an expression. */
  columns: readonly (ColumnFacts | undefined)[]
  /** Another rule says to drop it: it is not worth changing. */
  doomed: boolean
  /** Scans of indexes that can be dropped because this one stays. */
  redundantScans: number
  /** It must stay: see {@link isBound}, and foreign keys that it serves. */
  needed: boolean
}

type Surveyed = Pick<Facts, 'indexes' | 'tables' | 'columns'> & Partial<Facts>

/** Most rules on indexes want the same survey of the same facts. */
const surveys = new WeakMap<Surveyed, readonly SurveyedIndex[]>()

/** The team's own indexes that work, parts of others left out. Made once for the same facts. */
export function surveyIndexes(facts: Surveyed): readonly SurveyedIndex[] {
  const known = surveys.get(facts) ?? survey(facts)
  surveys.set(facts, known)
  return known
}

function survey(facts: Surveyed): SurveyedIndex[] {
  const { indexes, columns, constraints = [] } = facts
  const tables = wholeTables(facts)
  const byPlace = new Map(columns.map((one) => [`${one.tableOid}.${one.number}`, one]))
  const redundant = redundantIndexes(indexes, columns)
  const { supporting } = foreignKeySupport({ ...facts, constraints })
  const all = wholeIndexes(facts)
  const redundantScans = new Map<number, number>()
  for (const { index, usage } of all) {
    const keeper = redundant.get(index.oid)?.keeper.oid
    if (keeper === undefined) continue
    redundantScans.set(keeper, (redundantScans.get(keeper) ?? 0) + (usage?.scans ?? 0))
  }
  return all
    .filter(({ index }) => !isManaged(index) && index.valid && index.ready && !index.building)
    .flatMap((one) => {
      const { index, leaves } = one
      const whole = tables.get(index.tableOid)
      if (whole === undefined) return []
      const serves = [index, ...leaves].some(({ oid }) => supporting.has(oid))
      return {
        ...one,
        whole,
        columns: index.keys.map(({ column }) => byPlace.get(`${index.tableOid}.${column}`)),
        redundantScans: redundantScans.get(index.oid) ?? 0,
        doomed: redundant.has(index.oid),
        needed: isBound(index) || index.unique || serves,
      }
    })
}
