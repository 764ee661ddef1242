import type { Judgement, StatementFacts, WindowFacts } from '../../analyze/index.ts'
import { type Finding, findingLevels } from '../../finding.ts'
import type { StatementFlag } from '../../report.ts'
import { mergeTroubles } from '../merge-troubles.ts'
import { statementRules } from './rules.ts'

/** In which order a statement's flags are shown. */
const flagOrder: readonly StatementFlag[] = ['slow', 'new', 'regressed', 'spilling', 'chatty']

/** Runs the rules on statements that set a flag over a window: the judge of a report. */
export function judgeStatements(facts: WindowFacts): Judgement {
  const found: Finding[] = []
  const flags = new Map<string, StatementFlag[]>()
  const bySubject = new Map(facts.statements.map((one) => [subjectOf(one), one.key]))
  for (const flag of flagOrder) {
    const rule = statementRules.find((one) => one.flag === flag)
    for (const finding of rule?.find(facts) ?? []) {
      found.push(finding)
      const key = bySubject.get(subjectOf(finding.metadata)) ?? ''
      flags.set(key, [...(flags.get(key) ?? []), flag])
    }
  }
  return { findings: mergeTroubles(found, statementRules).toSorted(bySeverity), flags }
}

function subjectOf(subject: Finding['metadata'] | StatementFacts): string {
  return JSON.stringify([subject.queryid, subject.role, subject.toplevel])
}

function bySeverity(a: Finding, b: Finding): number {
  const level = findingLevels.indexOf(a.level) - findingLevels.indexOf(b.level)
  return level || Number(b.evidence.total_ms) - Number(a.evidence.total_ms)
}
