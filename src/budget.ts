/**
 * A budget: what a route, a page or a statement may take. Written as a sentence
 * (`p95 of route GET /orders < 300 ms`) or as fields.
 */
export interface Budget {
  /** What findings and logs call it: the sentence. Unique. */
  name: string
  subject: BudgetSubject
  /** The figure that is held: a quantile as 0.95, or the mean. */
  figure: number | 'mean'
  /** The figure must stay below; ms, and without a unit for CLS. */
  below: number
  /** Length of a window, minutes; one is judged after the other. */
  windowMinutes: number
  /** Events or calls that a window needs to be judged. */
  minSamples: number
  /** Windows of the last `of` that must be over budget to raise it. */
  raiseAfter: number
  of: number
  /** One window so many times over budget raises it at once. */
  raiseAtRatio: number
  /** It clears below this part of the budget only … */
  clearBelow: number
  /** … and after so many windows in a row. */
  clearAfter: number
}

export type BudgetSubject =
  | { kind: 'route'; route: string; method: string | null }
  | { kind: 'function' | 'span'; name: string }
  | { kind: 'vital'; vital: Vital; route: string | null; device: string | null }
  /** `match` is a queryid or a label, in which `*` stands for anything. */
  | { kind: 'statement'; match: string; role: string | null }

const vitals = ['LCP', 'INP', 'CLS', 'FCP', 'TTFB'] as const
export type Vital = (typeof vitals)[number]

/** What may be said beside the sentence. */
export type BudgetTuning = Partial<
  Omit<Budget, 'name' | 'subject' | 'figure' | 'below'> & { name: string }
>

export const budgetDefaults: Omit<Budget, 'name' | 'subject' | 'figure' | 'below'> = {
  windowMinutes: 15,
  minSamples: 30,
  raiseAfter: 2,
  of: 3,
  raiseAtRatio: 2,
  clearBelow: 0.9,
  clearAfter: 3,
}

/**
 * Understands a budget.
 *
 * @returns Null if the sentence is none: see docs/budgets.md for what can be said.
 */
export function parseBudget(sentence: string, tuning: BudgetTuning = {}): Budget | null {
  const text = sentence.trim().replace(/\s+/g, ' ')
  const halves = /^(.+?) (?:<|below|under) (.+)$/i.exec(text)
  const limit = parseLimit(halves?.[2] ?? '')
  const held = parseHeld(halves?.[1] ?? '', limit?.isMean ?? false)
  if (limit === null || held === null) return null
  // Only CLS has no unit, and only CLS may have none.
  const isUnitless = held.subject.kind === 'vital' && held.subject.vital === 'CLS'
  if (isUnitless !== (limit.unit === '')) return null
  return { ...budgetDefaults, name: text, ...held, below: limit.value, ...tuning }
}

const units: Readonly<Record<string, number>> = { '': 1, us: 0.001, ms: 1, s: 1_000 }

function parseLimit(text: string): { value: number; unit: string; isMean: boolean } | null {
  const match = /^(\d+(?:\.\d+)?) ?(us|ms|s|)( (?:mean|on average))?$/i.exec(text)
  if (match === null) return null
  const unit = (match[2] ?? '').toLowerCase()
  const value = Number(match[1]) * (units[unit] ?? Number.NaN)
  return value > 0 ? { value, unit, isMean: match[3] !== undefined } : null
}

type Held = Pick<Budget, 'subject' | 'figure'>

function parseHeld(text: string, isMean: boolean): Held | null {
  const statement = /^(mean of )?statement ("[^"]+"|\S+)(?: as (\S+))?$/i.exec(text)
  if (statement !== null) {
    if (!isMean && statement[1] === undefined) return null
    const match = (statement[2] ?? '').replace(/^"|"$/g, '')
    return { figure: 'mean', subject: { kind: 'statement', match, role: statement[3] ?? null } }
  }
  return parseVital(text, isMean) ?? parseTimed(text, isMean)
}

function parseVital(text: string, isMean: boolean): Held | null {
  const pattern =
    /^(?:(p\d+(?:\.\d+)?) of )?(LCP|INP|CLS|FCP|TTFB)(?: (p\d+(?:\.\d+)?))?(?: of route (\S+))?(?: on (\S+))?$/i
  const [, before, name, after, route, device] = pattern.exec(text) ?? []
  const vital = vitals.find((known) => known === name?.toUpperCase())
  if (vital === undefined || (before !== undefined && after !== undefined)) return null
  // Google's rule where nothing is said.
  const figure = isMean ? 'mean' : quantile(before ?? after ?? 'p75')
  if (figure === null) return null
  return { figure, subject: { kind: 'vital', vital, route: route ?? null, device: device ?? null } }
}

function parseTimed(text: string, isMean: boolean): Held | null {
  const pattern =
    /^(?:(p\d+(?:\.\d+)?|mean) of )?(route|function|span) (?:([A-Z]+) )?("[^"]+"|\S+)$/i
  const [, how, what, method, quoted = ''] = pattern.exec(text) ?? []
  const name = quoted.replace(/^"|"$/g, '')
  const kind = what?.toLowerCase()
  const figure = isMean || how?.toLowerCase() === 'mean' ? 'mean' : quantile(how ?? '')
  if (figure === null || (isMean && how !== undefined)) return null
  if (kind === 'route') {
    return { figure, subject: { kind, route: name, method: method?.toUpperCase() ?? null } }
  }
  const isNamed = (kind === 'function' || kind === 'span') && method === undefined
  return isNamed ? { figure, subject: { kind, name } } : null
}

/** `p95` as 0.95 */
function quantile(text: string): number | null {
  const percent = Number(/^p(\d+(?:\.\d+)?)$/i.exec(text)?.[1] ?? Number.NaN)
  return percent > 0 && percent < 100 ? Number((percent / 100).toPrecision(12)) : null
}
