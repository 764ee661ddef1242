import type { CheckFinding, Examined, Skipped } from '../check-report.ts'
import type { SeenFacts, Unseen } from '../facts/index.ts'
import { type Finding, type FindingLevel, findingLevels } from '../finding.ts'
import { mergeTroubles } from './merge-troubles.ts'
import type { CheckContext, Judged, Rule } from './rule.ts'

export interface CheckOptions {
  /** Names of rules, or of families by their prefix `index_*`; none means all. */
  only?: readonly string[]
  /** Run what is true of an empty database as well, and nothing that needs data or use. */
  schemaOnly?: boolean
}

/** A rule that ran, and what it judged: see `subjects` of `Judged`. */
export interface JudgedRule extends Examined {
  subjects?: ReadonlyMap<string, Finding['evidence']>
}

/** What the rules made of a database. */
export interface CheckResult {
  examined: JudgedRule[]
  skipped: Skipped[]
  /** One a trouble, most severe first. */
  findings: CheckFinding[]
}

/** Counters younger than this say nothing. */
const coldMinutes = 15
/** Counters younger than this may not have seen a weekly job. */
const settledMinutes = 7 * 24 * 60

/** Runs every rule for which the facts were seen, and says which ones could not be run. Pure. */
export function runRules(
  rules: readonly Rule[],
  facts: SeenFacts,
  context: CheckContext,
  options: CheckOptions = {},
): CheckResult {
  const examined: JudgedRule[] = []
  const skipped: Skipped[] = []
  const found: Finding[] = []
  for (const rule of rules.filter(({ name }) => isWanted(name, options.only))) {
    const judged = gate(rule, facts, context, options) ?? judge(rule, facts, context)
    if ('why' in judged) {
      skipped.push({ rule: rule.name, ...judged })
      continue
    }
    const { examined: count, subjects } = judged
    const what = rule.examines
    examined.push({ rule: rule.name, count, what, ...(subjects === undefined ? {} : { subjects }) })
    found.push(...judged.findings.map((finding) => withConfidence(finding, rule, context)))
  }
  const findings = mergeTroubles(found, rules).map((finding) => described(finding, rules))
  return { examined, skipped, findings: findings.toSorted(bySeverity) }
}

/** What a rule says; that it broke down, if it did: the others go on, and the report shows it. */
function judge(rule: Rule, { seen }: SeenFacts, context: CheckContext): Judged | Unseen {
  try {
    return rule.judge(seen, context)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { why: `the rule broke down: ${reason}`, remedy: 'report it as a bug of Supascope' }
  }
}

function described(finding: Finding, rules: readonly Rule[]): CheckFinding {
  const rule = rules.find(({ name }) => name === finding.name)
  return { ...finding, facing: 'EXTERNAL', description: rule?.description ?? finding.title }
}

function bySeverity(a: Finding, b: Finding): number {
  return findingLevels.indexOf(a.level) - findingLevels.indexOf(b.level)
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
  { seen, unseen }: SeenFacts,
  { statisticsMinutes }: CheckContext,
  options: CheckOptions,
): Unseen | null {
  if (options.schemaOnly === true && !rule.schemaOnly) {
    return { why: 'it needs data or use, and --schema-only was asked for', remedy: '' }
  }
  const missing = rule.needs.find((name) => seen[name] === undefined)
  if (missing !== undefined) {
    return unseen[missing] ?? { why: `nothing is known of ${missing}`, remedy: '' }
  }
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
