import type { StoredFinding } from './stored-finding.ts'

/** How much the resolving of a finding helped. */
export interface Gain {
  /** The figure that is compared: `mean_ms`. */
  figure: string
  before: number
  after: number
  /** `after / before`: 0.1 is ten times better, 1 no better; null if before was 0. */
  ratio: number | null
}

/** Which figure tells what a trouble costs; the first that both sides have is taken. */
const telling = [
  'mean_ms',
  'rows_per_call',
  'calls_per_minute',
  'temp_bytes_per_call',
  'bytes',
  'total_ms',
  'share',
]

/** What a resolved finding cost before and after; null as long as the figures are not known. */
export function gainOf(stored: StoredFinding): Gain | null {
  const { resolvedEvidence: after, foundEvidence: before } = stored
  if (stored.state !== 'resolved' || after === null) return null
  for (const figure of preferred(stored)) {
    const [was, is] = [before[figure], after[figure]]
    if (typeof was !== 'number' || typeof is !== 'number') continue
    return { figure, before: was, after: is, ratio: was === 0 ? null : is / was }
  }
  return null
}

/** The rules that judge by another figure than the time of a call. */
function preferred({ finding }: StoredFinding): string[] {
  const own: Record<string, string> = {
    chatty_statement: 'calls_per_minute',
    calls_surge: 'calls_per_minute',
    rows_growth: 'rows_per_call',
    spilling_statement: 'temp_bytes_per_call',
  }
  const first = own[finding.name]
  return first === undefined ? telling : [first, ...telling]
}
