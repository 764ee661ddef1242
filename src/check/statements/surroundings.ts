import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import { type Change, changesAround, describeChange } from '../../analyze/regressions/index.ts'

/** What else changed around the begin of something, for a finding. */
export interface Surroundings {
  /** For the detail: ` Around then: index public.x dropped (…).`; empty if nothing is known. */
  sentence: string
  /** For the evidence; null if nothing is known. */
  changes: string | null
}

/**
 * What changed around the begin of something that a statement does now.
 *
 * @param begin - It began after the one and not after the other, ms since 1970.
 */
export function surroundings(
  statement: StatementFacts,
  begin: { after: number; at: number },
  { changes }: WindowFacts,
): Surroundings {
  const around: Change[] = changesAround(changes, begin, statement.text)
  if (around.length === 0) return { sentence: '', changes: null }
  const told = around.map(describeChange).join('; ')
  return { sentence: ` What else changed around then: ${told}.`, changes: told }
}
