/**
 * One trouble, in the uniform row that `supabase db advisors` prints too, so that tools can merge
 * both. Every rule returns findings of this shape, every renderer takes them.
 */

export type FindingLevel = 'ERROR' | 'WARN' | 'INFO'

export type FindingCategory = 'PERFORMANCE' | 'SECURITY' | 'RELIABILITY'

export type FindingState = 'open' | 'acknowledged' | 'ignored' | 'resolved'

export interface Finding {
  /** The rule, snake_case: `slow_statement`. Its page is docs/findings/<name>.md. */
  name: string
  /** The rule in words: `Slow statement`. */
  title: string
  level: FindingLevel
  categories: FindingCategory[]
  /** This case in one sentence, with its figures. */
  detail: string
  /** What to do: SQL where SQL mends it. */
  remediation: string
  /** What it is about; `queryid` for a statement. Values are JSON scalars. */
  metadata: Record<string, string | number | boolean | null>
  /** Stable across runs for the same rule and object: what dismissals refer to. */
  cacheKey: string
  /** The figures that the rule judged by, with units in their names (`mean_ms`). */
  evidence: Record<string, string | number | boolean | null>
  state: FindingState
}

/** Most severe first. */
export const findingLevels: readonly FindingLevel[] = ['ERROR', 'WARN', 'INFO']
