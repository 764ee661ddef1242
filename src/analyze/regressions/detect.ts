import { findShift, type Shift } from './find-shift.ts'
import {
  byHour,
  dayMs,
  type HistoryPoint,
  hourMs,
  type Sample,
  type StatementHistory,
  withEnoughCalls,
} from './history.ts'
import { seasonOf } from './season.ts'

export interface DetectOptions {
  /** Growth from which a rise counts. */
  ratio: number
  /** Calls that are needed before and after. */
  minCalls: number
}

/** Calls that a mean rests on at least. */
const callsOfMean = 10
/** Calls that a rate rests on, in the middle. */
const callsOfRate = 20
/** The fine end of a history, ms: what is older is looked at by the hour. */
const recentMs = 2 * dayMs
/** Hours in which a rise is looked for by the hour. */
const longMs = 14 * dayMs
/** Time that a rise must have lasted, ms. */
const leastMs = hourMs

/** Whether a history reaches back far enough to judge by it alone: a day. */
export function isLongEnough(history: StatementHistory): boolean {
  const [first, last] = [history[0], history.at(-1)]
  return first !== undefined && last !== undefined && last.at + last.width - first.at >= dayMs
}

type Figure = (point: HistoryPoint) => number

/** A lasting rise of the time a call takes: figures are ms. */
export function meanShift(history: StatementHistory, options: DetectOptions): Shift | null {
  return overMeans(history, (point) => point.totalMs / point.calls, options)
}

/** A lasting rise of the rows that a call returns or touches. */
export function rowsShift(history: StatementHistory, options: DetectOptions): Shift | null {
  return overMeans(history, (point) => (point.rows + 0.01 * point.calls) / point.calls, options)
}

/** A lasting rise of the number of calls: figures are calls a minute. */
export function callsShift(history: StatementHistory, options: DetectOptions): Shift | null {
  // A rate of next to nothing rises by any factor.
  const figure: Figure = ({ calls, width }) => (calls + 0.5) / (width / 60_000)
  const wide = widened(recentOf(history), callsOfRate)
  // Load follows the day: without earlier days each morning is a surge.
  return detect(history, wide, byHour(history), figure, { ...options, needsSeason: true })
}

function overMeans(
  history: StatementHistory,
  figure: Figure,
  options: DetectOptions,
): Shift | null {
  const recent = withEnoughCalls(recentOf(history), callsOfMean)
  const hours = byHour(history).filter(({ calls }) => calls >= callsOfMean)
  return detect(history, recent, hours, figure, options)
}

/** Looks at the last two days closely; then at two weeks by the hour, for what began before. */
function detect(
  history: StatementHistory,
  recent: readonly HistoryPoint[],
  hours: readonly HistoryPoint[],
  figure: Figure,
  options: DetectOptions & { needsSeason?: boolean },
): Shift | null {
  const end = history.at(-1)?.at ?? 0
  const samples = samplesOf(hours, figure)
  const context = { season: seasonOf(samples), hours: samples }
  const fine = samplesOf(recent, figure)
  const width = fine.length === 0 ? hourMs : medianWidth(fine)
  const leastAfter = Math.max(4, Math.ceil(leastMs / width))
  const found = findShift(fine, context, { ...options, leastAfter })
  if (found !== null) return found
  const long = samples.filter(({ at }) => at >= end - longMs)
  return findShift(long, context, { ...options, leastAfter: 24 })
}

function recentOf(history: StatementHistory): HistoryPoint[] {
  const end = history.at(-1)?.at ?? 0
  return history.filter(({ at }) => at >= end - recentMs)
}

function samplesOf(points: readonly HistoryPoint[], figure: Figure): Sample[] {
  return points.flatMap((point) => {
    const value = figure(point)
    if (!(value > 0)) return []
    const { at, width, calls } = point
    return [{ at, end: at + width, log: Math.log(value), calls }]
  })
}

/** Puts so many neighbours together that the middle one has enough calls. */
function widened(points: readonly HistoryPoint[], calls: number): HistoryPoint[] {
  const ran = points.filter((point) => point.calls > 0)
  const middle = ran.map((point) => point.calls).sort((a, b) => a - b)[ran.length >> 1] ?? 0
  const times = Math.min(8, Math.max(1, Math.ceil(calls / Math.max(1, middle))))
  const result: HistoryPoint[] = []
  for (let i = 0; i < points.length; i += times) {
    const group = points.slice(i, i + times)
    const [first] = group
    if (first === undefined) continue
    result.push({
      at: first.at,
      width: group.reduce((sum, one) => sum + one.width, 0),
      calls: group.reduce((sum, one) => sum + one.calls, 0),
      totalMs: group.reduce((sum, one) => sum + one.totalMs, 0),
      rows: group.reduce((sum, one) => sum + one.rows, 0),
    })
  }
  return result
}

function medianWidth(samples: readonly Sample[]): number {
  const widths = samples.map(({ at, end }) => end - at).sort((a, b) => a - b)
  return widths[widths.length >> 1] ?? hourMs
}
