import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
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
    cacheKey: statementFindingKey(verdict.name, statement),
    evidence: { ...figuresOf(statement), ...verdict.evidence },
    state: 'open',
  }
}

/** The key of a rule's finding on a statement. */
function statementFindingKey(rule: string, statement: StatementFacts): string {
  const { queryid, role, toplevel } = statement
  return `${rule}:${queryid}:${role}${toplevel ? '' : ':nested'}`
}

function figuresOf(statement: StatementFacts): Finding['evidence'] {
  const { calls, total_ms, mean_ms, stddev_ms, share } = statement
  return { calls, total_ms, mean_ms, stddev_ms, share }
}

/**
 * The statements that a rule judged, by the key of the finding that there would be: those with calls
 * enough for a verdict. What ran too seldom to be judged is not known to be mended.
 */
export function judgedStatements(
  rule: string,
  { statements, minutes, thresholds }: WindowFacts,
): ReadonlyMap<string, Finding['evidence']> {
  const judged = statements.filter(({ calls }) => calls >= thresholds.minCalls)
  return new Map(
    judged.map((statement) => {
      const figures = {
        ...figuresOf(statement),
        rows_per_call: statement.rows / statement.calls,
        temp_bytes_per_call: (statement.temp_blks_written * 8_192) / statement.calls,
        ...(minutes === null ? {} : { calls_per_minute: statement.calls / minutes }),
      }
      return [statementFindingKey(rule, statement), figures]
    }),
  )
}
