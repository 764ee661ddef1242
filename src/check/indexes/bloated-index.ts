import { type ColumnFacts, type IndexFacts, isManaged } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes, formatRatio } from '../../quantity.ts'
import { quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { freshlyBuiltBytes } from './expected-size.ts'
import { indexFinding } from './index-finding.ts'
import { redundantIndexes } from './redundancy.ts'
import { hasFreshStatistics } from './statistics-gate.ts'
import { wholeTables } from './whole.ts'

const name = 'bloated_index'
const title = 'Bloated index'

/** What must be in vain, bytes. */
const leastWasted = 100 * 1024 ** 2
/** And how many times too large: a B-tree in use is some 1.4 times as large as a fresh one. */
const leastRatio = 2
/** From here on it is a WARN, bytes. */
const dearWasted = 1024 ** 3

/** B-trees that are mostly empty room. See docs/findings/bloated_index.md. */
export const bloatedIndex: Rule = defineRule({
  name,
  title,
  description: 'Finds B-trees that take twice the room that they would if they were built now.',
  examines: 'B-trees whose size can be estimated',
  needs: ['indexes', 'columns', 'tables'],
  uses: ['tableUsage'],
  judge(facts) {
    const columns = new Map(facts.columns.map((one) => [`${one.tableOid}.${one.number}`, one]))
    const tables = wholeTables(facts)
    const redundant = redundantIndexes(facts.indexes, facts.columns)
    let examined = 0
    const findings = facts.indexes.filter(hasStorage).flatMap((index) => {
      const table = tables.get(index.tableOid)
      const own = columnsOf(index, columns)
      if (table === undefined || !hasFreshStatistics(table, own)) return []
      const fresh = freshlyBuiltBytes(index, own)
      if (fresh === null) return []
      examined += 1
      const doomed = redundant.has(index.oid) || redundant.has(index.partitionOf ?? 0)
      return isBloated(index.bytes, fresh) && !doomed ? finding(index, fresh) : []
    })
    return { examined, findings }
  },
})

function hasStorage(index: IndexFacts): boolean {
  const { method, partitioned, valid, building, exclusion } = index
  return method === 'btree' && !partitioned && valid && !building && !exclusion && !isManaged(index)
}

function columnsOf(
  { tableOid, keys, included }: IndexFacts,
  columns: ReadonlyMap<string, ColumnFacts>,
): (ColumnFacts | undefined)[] {
  const numbers = [...keys.map(({ column }) => column), ...included]
  return numbers.map((number) => columns.get(`${tableOid}.${number}`))
}

function isBloated(bytes: number, fresh: number): boolean {
  return bytes - fresh >= leastWasted && bytes >= leastRatio * fresh
}

function finding(index: IndexFacts, fresh: number): Finding {
  const { schema, bytes, entries } = index
  const what = quoteName(schema, index.name)
  const wasted = bytes - fresh
  return indexFinding({ name, title }, index, {
    level: wasted >= dearWasted ? 'WARN' : 'INFO',
    summary: `about ${formatBytes(wasted)} of ${formatBytes(bytes)} in vain`,
    detail: `${what} takes ${formatBytes(bytes)}, ${formatRatio(bytes / fresh)} what it would if it were built now: about ${formatBytes(fresh)}, estimated from the planner's statistics, give or take 20 %.`,
    remediation: `reindex index concurrently ${what};`,
    evidence: {
      bytes,
      entries,
      fresh_bytes_estimate: fresh,
      wasted_bytes_estimate: wasted,
      estimate_error: 0.2,
    },
  })
}
