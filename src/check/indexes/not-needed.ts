import type { IndexFacts } from '../../facts/index.ts'
import type { Finding, FindingLevel } from '../../finding.ts'
import { formatBytes, formatCount } from '../../quantity.ts'
import { quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { indexFinding } from './index-finding.ts'
import {
  isUniqueConstraint,
  type Redundancy,
  type Redundant,
  redundantIndexes,
} from './redundancy.ts'
import { dropConstraintSql, dropIndexSql } from './remedies.ts'
import { indexWrites, type WholeIndex, wholeIndexes, wholeTables } from './whole.ts'

/** What rules on one index too many speak of. */
export const indexNotNeeded = 'index_not_needed'

/** From this size on an index in vain is worth a WARN, bytes. */
export const dearBytes: number = 100 * 1024 ** 2
/** From so many writes a day on it is, whatever its size. */
const dearWritesADay = 100_000

/** How much an index in vain costs: the room that it takes, and the writes that follow it. */
export function vainLevel(bytes: number, writes: number, minutes: number | null): FindingLevel {
  const days = Math.max(1, (minutes ?? 0) / 1440)
  return bytes >= dearBytes || writes / days >= dearWritesADay ? 'WARN' : 'INFO'
}

interface RedundancyRule {
  name: string
  title: string
  description: string
  kind: Redundancy
  /** `has the same definition as`, before the name of the index that stays. */
  says(redundant: Redundant): string
}

/** A rule on indexes that another index does the work of. */
export function redundancyRule({ name, title, description, kind, says }: RedundancyRule): Rule {
  return defineRule({
    name,
    title,
    description,
    examines: 'indexes',
    needs: ['indexes', 'columns', 'tables'],
    uses: ['indexUsage', 'tableUsage'],
    schemaOnly: true,
    trouble: indexNotNeeded,
    judge(facts, { statisticsMinutes }) {
      const all = wholeIndexes(facts)
      const wholes = new Map(all.map((one) => [one.index.oid, one]))
      const tables = wholeTables(facts)
      const found = redundantIndexes(facts.indexes, facts.columns)
      const findings = [...found.values()]
        .filter((one) => one.kind === kind)
        .flatMap((one): Finding | [] => {
          const [victim, keeper] = [one.index, one.keeper].map(({ oid }) => wholes.get(oid))
          const table = tables.get(one.index.tableOid)
          if (victim === undefined || keeper === undefined) return []
          const writes = table === undefined ? 0 : indexWrites(table)
          const level = vainLevel(victim.bytes, writes, statisticsMinutes)
          return finding({ name, title }, { kind, victim, keeper, writes, level, says: says(one) })
        })
      return { examined: all.length, findings }
    },
  })
}

interface Case {
  kind: Redundancy
  victim: WholeIndex
  keeper: WholeIndex
  writes: number
  level: FindingLevel
  says: string
}

/** From this size of the keeper, as a multiple, its pages are felt by those who read the other. */
const muchLarger = 4

function finding(rule: { name: string; title: string }, found: Case): Finding {
  const { kind, victim, keeper, writes, level, says } = found
  const { index } = victim
  const scans = victim.usage?.scans ?? null
  const larger = victim.bytes > 0 && keeper.bytes >= muchLarger * victim.bytes && (scans ?? 0) > 0
  return indexFinding(rule, index, {
    level,
    summary: `${formatBytes(victim.bytes)}, ${keeper.index.name} does its work`,
    detail: [
      `${quoteName(index.schema, index.name)} ${says} ${nameOf(keeper.index)}, which does its work: `,
      `${formatBytes(victim.bytes)} and ${formatCount(writes)} writes are for nothing.`,
      larger
        ? ` ${nameOf(keeper.index)} is ${Math.round(keeper.bytes / victim.bytes)} times its size: compare the plans of what reads it first.`
        : '',
    ].join(''),
    remediation: isUniqueConstraint(index) ? dropConstraintSql(index) : dropIndexSql(index),
    evidence: { bytes: victim.bytes, scans, table_index_writes: writes, kept_bytes: keeper.bytes },
    metadata: {
      ...(kind === 'prefix' ? {} : { advisor: 'duplicate_index' }),
      kept: keeper.index.name,
    },
  })
}

function nameOf({ schema, name }: IndexFacts): string {
  return quoteName(schema, name)
}
