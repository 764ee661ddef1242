import { type Command, Option } from 'commander'
import {
  type Application,
  runs,
  wholeNumber,
  withCommon,
  withDatabase,
  withOutput,
} from '../register.ts'

const formats = ['text', 'json', 'markdown', 'html'] as const

export function defineReport(program: Command, app: Application): void {
  const command = program
    .command('report')
    .description('Show where the time goes: the slowest statements, what is wrong, what to do.')
    .option('--since <time>', 'begin of the window: 24h, 7d, or 2026-11-01T08:30Z (else 24h)')
    .option('--until <time>', 'end of the window, written likewise (else now)')
    .option('--lifetime', "the server's counters since their reset, stored snapshots or not")
    .option('--top <n>', 'statements to list (else 20)', wholeNumber('--top', 1, 1000))
    .addOption(
      new Option('--fail-on <level>', 'exit with 1 if a finding is at or over this level').choices([
        'error',
        'warn',
        'info',
      ]),
    )
    .option('--deliver', 'also bring it to the places of the configuration')
    .addHelpText('after', epilogue)
  withCommon(withOutput(withDatabase(command), formats))
  runs(command, app, formats, async () => (await import('../commands/report.ts')).report)
}

const epilogue = `
Reads the stored snapshots of the window and compares it with the one of the same length before it.
Where none are stored, it reads the server's own counters and says so. Nothing is written, but with
--deliver what was delivered.

Examples:
  supascope report --db-url postgresql://postgres:…@db.example.com:5432/postgres
  supascope report --since 7d --format html --output report.html
  supascope report --since 1h --fail-on warn
  supascope report --deliver

Exit status: 0 fine, 1 findings at or over --fail-on, 2 wrong usage, 3 the database lacks something.`
