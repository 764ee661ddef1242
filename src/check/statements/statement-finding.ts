import type { StatementFacts } from '../../analyze/index.ts'
import type { Finding, FindingLevel } from '../../finding.ts'

/** A rule's verdict on one statement. */
export interface Verdict {
  name: string
  title: string
  level: FindingLevel
  /** What is wrong, for one line: `34 ms a call, 23 % of the time`. */
  summary: string
  detail: string
  remediation: string
  evidence: Finding['evidence']
}

/** Makes the finding of a statement; every rule's evidence holds its calls, mean and share. */
export function statementFinding(statement: StatementFacts, verdict: Verdict): Finding {
  const { queryid, role, kind, label, toplevel } = statement
  return {
    name: verdict.name,
    title: verdict.title,
    level: verdict.level,
    categories: ['PERFORMANCE'],
    detail: verdict.detail,
    remediation: verdict.remediation,
    metadata: {
      schema: null,
      name: label,
      type: 'statement',
      queryid,
      role,
      kind,
      toplevel,
      summary: verdict.summary,
      rules: verdict.name,
    },
    cacheKey: `${verdict.name}:${queryid}:${role}${toplevel ? '' : ':nested'}`,
    evidence: {
      calls: statement.calls,
      total_ms: statement.total_ms,
      mean_ms: statement.mean_ms,
      stddev_ms: statement.stddev_ms,
      share: statement.share,
      ...verdict.evidence,
    },
    state: 'open',
  }
}
