import type { Facts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes, formatShare, plural } from '../../quantity.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { indexFinding } from './index-finding.ts'
import { dearBytes } from './not-needed.ts'
import { type NullCost, nullCost } from './null-savings.ts'
import { rebuildSql } from './rebuild.ts'
import { type SurveyedIndex, surveyIndexes } from './survey.ts'

interface NullRule {
  name: string
  title: string
  description: string
  concerns(index: SurveyedIndex): boolean
  /** What else to think of. */
  caveat: string
}

/** A rule on indexes most of whose entries are nulls. */
export function nullRule({ name, title, description, concerns, caveat }: NullRule): Rule {
  return defineRule({
    name,
    title,
    description,
    examines: 'indexes',
    needs: ['indexes', 'columns', 'constraints', 'tables'],
    uses: ['indexUsage', 'tableUsage'],
    judge(facts) {
      const all = surveyIndexes(facts).filter(concerns)
      const findings = all.flatMap((one) => {
        const cost = nullCost(one)
        return cost === null ? [] : finding({ name, title }, { one, cost, caveat, facts })
      })
      return { examined: all.length, findings }
    },
  })
}

interface Case {
  one: SurveyedIndex
  cost: NullCost
  caveat: string
  facts: Pick<Facts, 'tables' | 'indexes'>
}

function finding(rule: { name: string; title: string }, found: Case): Finding {
  const { one, cost, caveat, facts } = found
  const { index, whole, bytes } = one
  const column = quoteIdentifier(cost.column.name)
  const where = `${column} is not null`
  const label = 'given'
  return indexFinding(rule, index, {
    level: cost.savedBytes >= dearBytes ? 'WARN' : 'INFO',
    summary: `${formatShare(cost.nullShare)} of its entries are null`,
    detail: `${column} is null in ${formatShare(cost.nullShare)} of ${plural(whole.rows ?? 0, 'row')}, and ${quoteName(index.schema, index.name)} (${formatBytes(bytes)}) has an entry for each: some ${formatBytes(cost.savedBytes)}, and a write, that a condition would spare. ${caveat} Not verified by the planner.`,
    remediation:
      rebuildSql(index, whole.table, { label, where }, facts) ??
      `Make the index anew with the condition \`where ${where}\`, then drop this one.`,
    evidence: {
      bytes,
      rows: whole.rows,
      null_share: cost.nullShare,
      saved_bytes_estimate: cost.savedBytes,
      verified_by: null,
    },
    metadata: { column: cost.column.name },
  })
}
