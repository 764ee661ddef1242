import type { DatabaseActivity, DatabaseCounters } from '../facts/index.ts'

/** Snapshots of less than an hour are no picture of the day, minutes. */
const leastMinutes = 60

/** The last day where it was watched, else all since the reset. */
export function figuresOf({ recent, lifetime }: DatabaseActivity): {
  counters: DatabaseCounters
  source: 'recent' | 'lifetime'
} {
  return recent !== null && recent.minutes >= leastMinutes
    ? { counters: recent, source: 'recent' }
    : { counters: lifetime, source: 'lifetime' }
}
