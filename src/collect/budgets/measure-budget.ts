import type { Measurement } from '../../analyze/budgets/index.ts'
import { describeStatement } from '../../analyze/index.ts'
import type { Budget, BudgetSubject } from '../../budget.ts'
import { type Database, readOnly } from '../../db/index.ts'
import { type EventWindow, findDimensions, type Labels, readDistribution } from '../events/index.ts'
import { readWindow, type StatementWindow } from '../read-window.ts'

/** Reads statement windows, each once however many budgets ask for it. */
export type StatementWindows = (window: EventWindow) => Promise<StatementWindow | null>

export function statementWindows(db: Database): StatementWindows {
  const read = new Map<string, Promise<StatementWindow | null>>()
  return (window) => {
    const key = `${window.from.toISOString()} ${window.to.toISOString()}`
    const reading = read.get(key) ?? readWindow(db, window)
    read.set(key, reading)
    return reading
  }
}

/** Measures what a budget holds over one window of the stored data. */
export function measureBudget(
  db: Database,
  budget: Budget,
  window: EventWindow,
  statements: StatementWindows,
): Promise<Measurement> {
  const { subject } = budget
  return subject.kind === 'statement'
    ? measureStatements(subject, window, statements)
    : measureEvents(db, { ...budget, subject }, window)
}

type StatementSubject = Extract<BudgetSubject, { kind: 'statement' }>
type EventSubject = Exclude<BudgetSubject, StatementSubject>

async function measureEvents(
  db: Database,
  { subject, figure }: Budget & { subject: EventSubject },
  window: EventWindow,
): Promise<Measurement> {
  const found = await readOnly(db, async (trx) => {
    const ids = await Promise.all(labelsOf(subject).map((labels) => findDimensions(trx, labels)))
    const probabilities = figure === 'mean' ? [] : [figure]
    return readDistribution(trx, ids.flat(), window, probabilities)
  })
  if (found === null) return nothing(window, 'nothing was measured of it')
  const { events, mean, quantiles, errorBound, from, to } = found
  // Where only hours or days are kept still, the answer is of another time than was asked for.
  const isWider =
    to.getTime() - from.getTime() > 1.5 * (window.to.getTime() - window.from.getTime())
  if (isWider) return nothing(window, 'its minutes are no longer kept')
  return {
    ...times(window),
    value: figure === 'mean' ? mean : (quantiles[0] ?? null),
    samples: events,
    errorBound: figure === 'mean' ? 0 : errorBound,
    reason: '',
  }
}

/** A route is served by a function, or it is a path of the API, which goes by its name. */
function labelsOf(subject: EventSubject): Labels[] {
  switch (subject.kind) {
    case 'route': {
      const { route, method } = subject
      const labels = method === null ? {} : { method }
      return [
        { ...labels, kind: 'function', route },
        { ...labels, kind: 'api', name: route },
      ]
    }
    case 'vital': {
      const { vital, route, device } = subject
      const labels: Labels = { kind: 'vital', name: vital }
      if (route !== null) labels.route = route
      if (device !== null) labels.device = device
      return [labels]
    }
    default:
      return [{ kind: subject.kind, name: subject.name }]
  }
}

/** Of a window this share must be covered by snapshots. */
const leastCovered = 0.5

async function measureStatements(
  { match, role }: StatementSubject,
  window: EventWindow,
  statements: StatementWindows,
): Promise<Measurement> {
  const stored = await statements(window)
  if (stored === null) return nothing(window, 'no snapshot was stored in the window')
  const covered = Date.parse(stored.to) - Math.max(Date.parse(stored.from), window.from.getTime())
  if (covered < leastCovered * (window.to.getTime() - window.from.getTime())) {
    return nothing(window, 'snapshots cover too little of the window')
  }
  const isMeant = matcher(match)
  const meant = stored.statements.filter(
    (one) =>
      (role === null || one.role === role) &&
      (one.queryid === match || isMeant(describeStatement(one.text, one.role).label)),
  )
  const calls = meant.reduce((sum, one) => sum + one.calls, 0)
  const totalMs = meant.reduce((sum, one) => sum + one.totalMs, 0)
  if (calls === 0) return nothing(window, 'it was not called')
  return { ...times(window), value: totalMs / calls, samples: calls, errorBound: 0, reason: '' }
}

/** `*` stands for anything, all else for itself. */
function matcher(pattern: string): (label: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  const expression = new RegExp(`^${parts.join('.*')}$`, 's')
  return (label) => expression.test(label)
}

function nothing(window: EventWindow, reason: string): Measurement {
  return { ...times(window), value: null, samples: 0, errorBound: 0, reason }
}

function times({ from, to }: EventWindow): { from: string; to: string } {
  return { from: from.toISOString(), to: to.toISOString() }
}
