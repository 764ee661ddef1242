import { createTask, parse, type ScheduledTask } from 'node-cron'
import { ScopeError } from '../errors.ts'

/** Firings that are due and not yet accounted for. */
export interface Due {
  newest: Date
  /** The last one before it; null if it is the only one. */
  before: Date | null
  oldest: Date
  count: number
}

/** The times that an expression means in a time zone. */
export interface CronTimes {
  /** All firings after `after`, up to and with `until`; of more than 31 days only the last ones. */
  due(after: Date, until: Date): Due | null
}

const minuteMs = 60_000
const hourMs = 3_600_000
/** By how much clocks are set back: half an hour on Lord Howe Island. */
const setBackMs = [hourMs, hourMs / 2]
const longestMs = 31 * 24 * hourMs

/**
 * Reads a cron expression.
 *
 * A job with fixed hours fires once where the clock is set back, and not at all at a time that is
 * left out where it is set forward; one of every hour goes by the time that passes.
 *
 * @throws ScopeError SCOPE_CONFIG if the expression or the time zone is none.
 */
export function cronTimes(cron: string, timezone: string): CronTimes {
  const fires = minuteTimes(cron, timezone)
  // Asked again and again until a rare job is due: what was looked through is not looked at twice.
  let nothing = { after: 0, until: 0 }
  return {
    due(after, until) {
      const begin = after.getTime()
      const isKnown = begin >= nothing.after && begin <= nothing.until
      const from = Math.max(begin, until.getTime() - longestMs, isKnown ? nothing.until : 0)
      const due = search(fires, from, until.getTime())
      if (due === null) {
        nothing = { after: isKnown ? nothing.after : begin, until: Math.max(from, until.getTime()) }
      }
      return due
    },
  }
}

/** The firings in the minute that begins at a time, the last one first. */
type MinuteTimes = (minute: number) => readonly number[]

function minuteTimes(cron: string, timezone: string): MinuteTimes {
  const task = matcher(cron, timezone)
  const { second: seconds, hour: hours } = parse(cron)
  const local = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'short',
  })
  const isRepeated = (time: number): boolean =>
    setBackMs.some((ms) => local.format(time) === local.format(time - ms))
  const offsets = seconds.map((second) => second * 1000).sort((a, b) => b - a)
  return (minute) => {
    const matches = task.match(new Date(minute + (offsets[0] ?? 0)))
    if (!matches || (hours.length < 24 && isRepeated(minute))) return []
    return offsets.map((offset) => minute + offset)
  }
}

function search(fires: MinuteTimes, from: number, until: number): Due | null {
  let [newest, before, oldest]: (number | undefined)[] = []
  let count = 0
  const last = Math.floor(until / minuteMs) * minuteMs
  for (let minute = last; minute + minuteMs > from; minute -= minuteMs) {
    for (const time of fires(minute)) {
      if (time <= from || time > until) continue
      if (newest === undefined) newest = time
      else before ??= time
      oldest = time
      count += 1
    }
  }
  if (newest === undefined || oldest === undefined) return null
  return {
    newest: new Date(newest),
    before: before === undefined ? null : new Date(before),
    oldest: new Date(oldest),
    count,
  }
}

/** A task that is never started: it is the library's only way to ask whether a time matches. */
function matcher(cron: string, timezone: string): ScheduledTask {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: timezone })
  } catch (cause) {
    throw new ScopeError(
      'SCOPE_CONFIG',
      `there is no time zone ${timezone}`,
      "write it as in the IANA database: 'Europe/Berlin', 'UTC'",
      { cause },
    )
  }
  try {
    const task = createTask(cron, () => undefined, { timezone })
    void task.destroy()
    return task
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ScopeError(
      'SCOPE_CONFIG',
      `'${cron}' is no cron expression: ${reason}`,
      "write five fields, '*/5 * * * *', or six with the seconds first",
      { cause },
    )
  }
}
