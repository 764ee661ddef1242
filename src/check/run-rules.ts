import type { FactName, SeenFacts } from '../facts/index.ts'
import type { Finding, FindingLevel } from '../finding.ts'
import type { CheckContext, Rule } from './rule.ts'

export interface CheckOptions {
  /** Names of rules, or of families by their prefix `index_*`; none means all. */
  only?: readonly string[]
  /** Run what is true of an empty database as well, and nothing that needs data or use. */
  schemaOnly?: boolean
}

/** What was looked at. */
export interface Examined {
  rule: string
  /** Objects that the rule judged. */
  count: number
  /** What they are: `indexes`. */
  what: string
}

/** What was not looked at. */
export interface Skipped {
  rule: string
  why: string
  /** What would let it run; empty if nothing does. */
  remedy: string
}

/** The verdict of all rules on a database. */
export interface CheckResult {
  examined: Examined[]
  skipped: Skipped[]
  findings: Finding[]
}

/** Counters younger than this say nothing. */
const coldMinutes = 15
/** Counters younger than this may not have seen a weekly job. */
const settledMinutes = 7 * 24 * 60

/** Runs every rule for which the facts were seen, and says which ones could not be run. Pure. */
export function runRules(
  rules: readonly Rule[],
  { seen, unseen }: SeenFacts,
  context: CheckContext,
  options: CheckOptions = {},
): CheckResult {
  const result: CheckResult = { examined: [], skipped: [], findings: [] }
  for (const rule of rules.filter(({ name }) => isWanted(name, options.only))) {
    const reason = gate(rule, unseen, context, options)
    if (reason !== null) {
      result.skipped.push({ rule: rule.name, ...reason })
      continue
    }
    const { examined, findings } = rule.judge(seen, context)
    result.examined.push({ rule: rule.name, count: examined, what: rule.examines })
    result.findings.push(...findings.map((finding) => withConfidence(finding, rule, context)))
  }
  return result
}

/** `index_*` stands for every rule whose name begins so. */
export function isWanted(rule: string, only: readonly string[] | undefined): boolean {
  if (only === undefined || only.length === 0) return true
  return only.some((name) =>
    name.endsWith('*') ? rule.startsWith(name.slice(0, -1)) : rule === name,
  )
}

function gate(
  rule: Rule,
  unseen: SeenFacts['unseen'],
  { statisticsMinutes }: CheckContext,
  options: CheckOptions,
): Omit<Skipped, 'rule'> | null {
  if (options.schemaOnly === true && !rule.schemaOnly) {
    return { why: 'it needs data or use, and --schema-only was asked for', remedy: '' }
  }
  const missing = rule.needs.flatMap((name: FactName) => unseen[name] ?? [])
  if (missing[0] !== undefined) return missing[0]
  if (rule.counters && statisticsMinutes !== null && statisticsMinutes < coldMinutes) {
    return {
      why: `the activity counters are ${Math.floor(statisticsMinutes)} min old: too young to judge by`,
      remedy: `run the check again in ${Math.ceil(coldMinutes - statisticsMinutes)} min`,
    }
  }
  return null
}

/** Young counters can't have seen what runs once a week: such a finding is no ERROR. */
function withConfidence(
  finding: Finding,
  rule: Rule,
  { statisticsMinutes }: CheckContext,
): Finding {
  const settled = !rule.counters || (statisticsMinutes ?? 0) >= settledMinutes
  const confidence = settled ? 'high' : 'low'
  const level: FindingLevel = !settled && finding.level === 'ERROR' ? 'WARN' : finding.level
  return { ...finding, level, metadata: { confidence, ...finding.metadata } }
}
