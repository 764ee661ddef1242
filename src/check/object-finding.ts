import type { Finding, FindingCategory, FindingLevel } from '../finding.ts'
import type { Rule } from './rule.ts'

/** A database object that a finding is about. */
export interface Subject {
  /** `table`, `index`, `policy`, `function`, `constraint`, `sequence`, `setting`, `session`… */
  type: string
  /** Null for what has no schema. */
  schema: string | null
  name: string
  /** Of an index, policy, constraint, column or trigger: the table that it belongs to. */
  table?: string
}

/** A rule's verdict on one object. */
export interface ObjectVerdict {
  level: FindingLevel
  /** @defaultValue ['PERFORMANCE'] */
  categories?: FindingCategory[]
  /** What is wrong, for one line: `44 MB, never scanned in 31 days`. */
  summary: string
  /** This case in one sentence, with its figures. */
  detail: string
  /** What to do: SQL where SQL mends it. */
  remediation: string
  evidence: Finding['evidence']
  /** Further facts for tools: JSON scalars. */
  metadata?: Finding['metadata']
}

/** Makes the finding of an object. Its key is stable as long as the object keeps its name. */
export function objectFinding(
  rule: Pick<Rule, 'name' | 'title'>,
  subject: Subject,
  verdict: ObjectVerdict,
): Finding {
  const { type, schema, name, table } = subject
  const path = [schema, table, name].filter((part) => part !== null && part !== undefined)
  return {
    name: rule.name,
    title: rule.title,
    level: verdict.level,
    categories: verdict.categories ?? ['PERFORMANCE'],
    detail: verdict.detail,
    remediation: verdict.remediation,
    metadata: {
      schema,
      name,
      type,
      ...(table === undefined ? {} : { table }),
      ...verdict.metadata,
      summary: verdict.summary,
      rules: rule.name,
    },
    cacheKey: `${rule.name}:${path.join('.')}`,
    evidence: verdict.evidence,
    state: 'open',
  }
}
