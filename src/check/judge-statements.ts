import type { Judgement, StatementFacts, WindowFacts } from '../analyze/index.ts'
import { type Finding, findingLevels } from '../finding.ts'
import type { StatementFlag } from '../report.ts'
import { chattyStatement } from './chatty-statement.ts'
import { mergeFindings } from './merge-findings.ts'
import { newStatement } from './new-statement.ts'
import { regressedStatement } from './regressed-statement.ts'
import { slowStatement } from './slow-statement.ts'
import { spillingStatement } from './spilling-statement.ts'

/** Every rule on statements, by the flag that it sets. */
const statementRules: Readonly<Record<StatementFlag, (facts: WindowFacts) => Finding[]>> = {
  slow: slowStatement,
  new: newStatement,
  regressed: regressedStatement,
  spilling: spillingStatement,
  chatty: chattyStatement,
}

/** Runs all rules on statements over a window. */
export function judgeStatements(facts: WindowFacts): Judgement {
  const findings: Finding[] = []
  const flags = new Map<string, StatementFlag[]>()
  const byCacheKey = new Map(facts.statements.map((one) => [subjectOf(one), one.key]))
  for (const [flag, rule] of Object.entries(statementRules)) {
    for (const finding of rule(facts)) {
      findings.push(finding)
      const key = byCacheKey.get(subjectOf(finding.metadata)) ?? ''
      flags.set(key, [...(flags.get(key) ?? []), flag as StatementFlag])
    }
  }
  return { findings: mergeFindings(findings).toSorted(bySeverity), flags }
}

function subjectOf(subject: Finding['metadata'] | StatementFacts): string {
  return JSON.stringify([subject.queryid, subject.role, subject.toplevel])
}

function bySeverity(a: Finding, b: Finding): number {
  const level = findingLevels.indexOf(a.level) - findingLevels.indexOf(b.level)
  return level || Number(b.evidence.total_ms) - Number(a.evidence.total_ms)
}
