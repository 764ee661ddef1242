import { formatMs, plural } from '../../quantity.ts'
import { quoteIdentifier } from '../../quote.ts'
import { cleanLine } from '../../render/clean-text.ts'
import type { LastRun } from '../../schedule/index.ts'
import { type Check, type Facts, ok, warn } from './check.ts'

/** A job of the scheduler, and how long the oldest firing waits that nobody has accounted for. */
export interface ScheduledJob extends LastRun {
  /** Null if none does. */
  waitsMs: number | null
  /** Since its last run began; null if it never ran. */
  agoMs: number | null
}

/** A claim takes a moment; a firing that waits longer has nobody who would take it. */
const patienceMs = 2 * 60_000

/** Whether someone serves; then of each job the last run and what it cost. */
export function checkSchedule({ schedule, capabilities }: Facts): Check[] {
  if (schedule === undefined) return []
  if (schedule === null) {
    return [
      warn(
        'schedule',
        `${capabilities.role.name} may not ask how the scheduled jobs are doing`,
        `grant execute on function supascope.last_runs() to ${quoteIdentifier(capabilities.role.name)};`,
      ),
    ]
  }
  return [checkServing(schedule), ...schedule.map(checkJob)]
}

function checkServing(schedule: readonly ScheduledJob[]): Check {
  const scheduled = schedule.filter(({ cron }) => cron !== null)
  if (scheduled.length === 0) {
    return ok('schedule', 'no `supascope serve` has run here; single runs work without it')
  }
  const waiting = scheduled.filter(isOverdue)
  if (waiting.length > 0) {
    const longest = Math.max(...waiting.map(({ waitsMs }) => waitsMs ?? 0))
    return warn(
      'schedule',
      `nobody serves: ${plural(waiting.length, 'job')} of ${scheduled.length} overdue for up to ${formatMs(longest)}`,
      'supascope serve',
    )
  }
  return ok('schedule', `${plural(scheduled.length, 'job')} run at their times`)
}

function checkJob(job: ScheduledJob): Check {
  const name = `schedule_${job.job}`
  const again = `supascope run ${job.job}`
  const detail = `${timesOf(job)}; ${lastRunOf(job)}`
  if (job.failing > 0) {
    const error = cleanLine(job.error ?? 'no error recorded', 300)
    return warn(name, `${detail}; ${plural(job.failing, 'run')} in a row failed: ${error}`, again)
  }
  if (isOverdue(job)) {
    return warn(name, `${detail}; overdue for ${formatMs(job.waitsMs ?? 0)}`, 'supascope serve')
  }
  const missed = job.missed === 0 ? '' : `; ${plural(job.missed, 'firing')} missed in the last day`
  return ok(name, `${detail}${missed}`)
}

function isOverdue({ waitsMs }: ScheduledJob): boolean {
  return (waitsMs ?? 0) > patienceMs
}

function timesOf({ cron, timezone }: ScheduledJob): string {
  return cron === null ? 'not scheduled here' : cleanLine(`${cron} ${timezone}`, 200)
}

function lastRunOf(job: ScheduledJob): string {
  const { agoMs, running, outcome, tookMs, dbMs, dbStatements, runner } = job
  if (agoMs === null) return 'has not run yet'
  if (running) return `runs since ${formatMs(agoMs)} at ${cleanLine(runner ?? '')}`
  const cost =
    dbStatements === null
      ? ''
      : `, ${formatMs(dbMs ?? 0)} of it in ${plural(dbStatements, 'statement')}`
  const how = outcome === null ? 'was left in the middle' : outcome
  return `last ran ${formatMs(agoMs)} ago: ${how}${tookMs === null ? '' : ` in ${formatMs(tookMs)}${cost}`}`
}
