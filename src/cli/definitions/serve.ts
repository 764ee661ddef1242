import { type Command, Option } from 'commander'
import { logLevels } from '../../config-schedule.ts'
import { type Application, runs, withCommon, withDatabase } from '../register.ts'

export function defineServe(program: Command, app: Application): void {
  const command = program
    .command('serve')
    .description(
      'Run the jobs at their times, until stopped: snapshots, roll-ups, checks, reports.',
    )
    .option('--only <jobs...>', 'schedule these jobs only')
    .addOption(new Option('--log-level <level>', 'least severe messages').choices(logLevels))
    .addHelpText('after', epilogue)
  withCommon(withDatabase(command))
  runs(command, app, [], async () => (await import('../commands/serve.ts')).serve)
}

const epilogue = `
Any number of processes may serve one database, through the session or the transaction pooler: each
firing is run once. What was missed while none ran is caught up with or skipped, as the configuration
says. Every run leaves a row in supascope.job_runs. The log is on standard error: for people on a
terminal, JSON lines elsewhere. See docs/schedule.md.

Examples:
  supascope serve
  supascope serve --only snapshot check --log-level debug

Exit status: 0 never, 2 wrong usage, 3 the database refused at first; 130 or 143 when stopped.`
