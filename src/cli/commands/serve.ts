import { type JobName, jobNames, type LogLevel } from '../../config-schedule.ts'
import { ScopeError } from '../../errors.ts'
import { createScheduler } from '../../schedule/index.ts'
import type { CommandContext } from '../context.ts'
import { allJobs, type NamedJob } from '../serve/jobs.ts'
import { parallelJobs, prepareServing } from '../serve/surroundings.ts'

export interface ServeOptions {
  only?: string[]
  logLevel?: LogLevel
  /** False with `--no-color`. */
  color?: boolean
}

export async function serve(context: CommandContext, options: ServeOptions): Promise<number> {
  const jobs = chosenJobs(allJobs({ config: context.config }), options.only)
  const serving = await prepareServing(context, options)
  const { log } = serving
  const scheduled = jobs.filter(({ enabled }) => enabled)
  const scheduler = createScheduler({
    ...serving,
    jobs: scheduled,
    // What another process was told to leave out is its own business.
    disabled: jobs.filter(({ enabled }) => !enabled).map(({ name }) => name),
    parallel: parallelJobs,
  })
  context.interruption.onStop(async () => {
    await scheduler.stop()
    log.info({}, 'stopped')
  })
  await scheduler.start()
  log.info({ jobs: scheduled.map(({ name }) => name), runner: serving.runner }, 'serving')
  await new Promise((resolve) => context.interruption.signal.addEventListener('abort', resolve))
  // The process ends when all that must be undone is undone.
  await new Promise(() => undefined)
  return 0
}

function chosenJobs(jobs: readonly NamedJob[], only: readonly string[] | undefined): NamedJob[] {
  const unknown = only?.find((name) => !jobNames.includes(name as JobName))
  if (unknown !== undefined) {
    throw new ScopeError(
      'SCOPE_USAGE',
      `there is no job ${unknown}`,
      `choose from ${jobNames.join(', ')}`,
    )
  }
  const chosen = jobs.filter(({ name }) => only?.includes(name) ?? true)
  if (chosen.some(({ enabled }) => enabled)) return chosen
  throw new ScopeError(
    'SCOPE_CONFIG',
    'every job is disabled: there is nothing to serve',
    'see schedule.jobs in the configuration, or --only',
  )
}
