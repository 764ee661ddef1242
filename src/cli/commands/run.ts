import { type JobName, jobNames, type LogLevel } from '../../config-schedule.ts'
import { ScopeError } from '../../errors.ts'
import { formatMs } from '../../quantity.ts'
import { cleanLine } from '../../render/clean-text.ts'
import { type RunReport, runOnce } from '../../schedule/index.ts'
import type { CommandContext } from '../context.ts'
import { allJobs } from '../serve/jobs.ts'
import { prepareServing } from '../serve/surroundings.ts'

export interface RunOptions {
  /** What stands on the command line beside the options. */
  args?: string[]
  logLevel?: LogLevel
  /** False with `--no-color`. */
  color?: boolean
}

export async function run(context: CommandContext, options: RunOptions): Promise<number> {
  const [name] = options.args ?? []
  const job = allJobs({ config: context.config }).find((one) => one.name === name)
  if (job === undefined) {
    throw new ScopeError(
      'SCOPE_USAGE',
      `there is no job ${name}`,
      `choose from ${jobNames.join(', ')}`,
    )
  }
  // A retry that follows is worth a word; how it ended is the result.
  const serving = await prepareServing(context, { logLevel: 'warn', ...options })
  const single = runOnce(job, serving)
  context.interruption.onStop(() => single.stop())
  const report = await single.report
  if (report.outcome === 'failed') throw report.error
  await context.print(
    context.format === 'json' ? asJson(job.name, report) : asText(job.name, report),
  )
  return 0
}

function asJson(job: JobName, { outcome, tookMs, attempts, reason, result }: RunReport): string {
  return `${JSON.stringify({
    schema: 1,
    job,
    outcome,
    took_ms: Math.round(tookMs),
    attempts,
    reason: reason ?? null,
    result: outcome === 'done' ? (result ?? {}) : null,
  })}\n`
}

function asText(job: JobName, { outcome, tookMs, reason, result }: RunReport): string {
  if (outcome !== 'done')
    return `${job}: ${outcome}${reason === undefined ? '' : `: ${cleanLine(reason)}`}\n`
  const figures = Object.entries(result ?? {})
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
  return `${cleanLine([`${job}: done in ${formatMs(tookMs)}`, ...figures].join(', '))}\n`
}
