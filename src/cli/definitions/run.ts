import { type Command, Option } from 'commander'
import { jobNames, logLevels } from '../../config-schedule.ts'
import { type Application, runs, withCommon, withDatabase, withOutput } from '../register.ts'

const formats = ['text', 'json'] as const

export function defineRun(program: Command, app: Application): void {
  const command = program
    .command('run')
    .argument('<job>', jobNames.join(', '))
    .description('Run one job of the schedule now, for GitHub Actions, cron and the like.')
    .addOption(new Option('--log-level <level>', 'least severe messages').choices(logLevels))
    .addHelpText('after', epilogue)
  withCommon(withOutput(withDatabase(command), formats))
  runs(command, app, formats, async () => (await import('../commands/run.ts')).run)
}

const epilogue = `
Needs no \`supascope serve\`, and may run beside it: a job never overlaps itself. What may pass is
tried again some times. The run leaves a row in supascope.job_runs.

Examples:
  supascope run snapshot
  supascope run check --format json

Exit status: 0 done or nothing to do, 2 wrong usage, 3 the database refused; 130 or 143 when stopped.`
