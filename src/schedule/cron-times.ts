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
  const task = matcher(cron, timezone)
  const { second: seconds, hour: hours } = parse(cron)
  const local = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'short',
  })
  const everyHour = hours.length === 24
  const repeated = (time: number): boolean =>
    !everyHour && local.format(time) === local.format(time - hourMs)
  const offsets = seconds.map((second) => second * 1000).sort((a, b) => b - a)
  const firesIn = (minute: number): boolean =>
    task.match(new Date(minute + (offsets[0] ?? 0))) && !repeated(minute)
  return {
    due(after, until) {
      const from = Math.max(after.getTime(), until.getTime() - longestMs)
      const found: { newest?: number; before?: number; oldest?: number; count: number } = {
        count: 0,
      }
      const last = Math.floor(until.getTime() / minuteMs) * minuteMs
      for (let minute = last; minute + minuteMs > from; minute -= minuteMs) {
        if (!firesIn(minute)) continue
        for (const offset of offsets) {
          const time = minute + offset
          if (time <= from || time > until.getTime()) continue
          if (found.newest === undefined) found.newest = time
          else if (found.before === undefined) found.before = time
          found.oldest = time
          found.count += 1
        }
      }
      const { newest, before, oldest, count } = found
      if (newest === undefined || oldest === undefined) return null
      return {
        newest: new Date(newest),
        before: before === undefined ? null : new Date(before),
        oldest: new Date(oldest),
        count,
      }
    },
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
