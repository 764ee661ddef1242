import type { Command } from 'commander'
import { type Application, runs, wholeNumber, withCommon, withOutput } from '../register.ts'

const formats = ['text', 'json', 'markdown', 'html'] as const

export function defineStart(program: Command, app: Application): void {
  const command = program
    .command('start')
    .description('Try it: a local Supabase-shaped stack with a demo, and the report on it.')
    .option('--once', 'end after the report')
    .option('--port <n>', 'port of the database on 127.0.0.1 (else a free one)', port('--port'))
    .option(
      '--gateway-port <n>',
      'port of the API on 127.0.0.1 (else a free one)',
      port('--gateway-port'),
    )
    .option('--top <n>', 'statements to list (else 20)', wholeNumber('--top', 1, 1000))
    .addHelpText('after', epilogue)
  withCommon(withOutput(command, formats))
  runs(command, app, formats, async () => (await import('../commands/start.ts')).start)
}

function port(option: string): (text: string) => number {
  return wholeNumber(option, 1, 65_535)
}

const epilogue = `
Starts a Postgres of its own, makes an app's tables with half a million rows and the troubles that
real projects have, lets its users work for some 15 seconds, and reports. Then the demo goes on
gently, with a snapshot a minute, until Ctrl-C. Your own databases are not touched, and all of it is
thrown away at the end. See docs/local-stack.md.

Examples:
  supascope start
  supascope start --once --format html --output report.html

Exit status: 0 reported, 2 it could not start; 130 or 143 when stopped.`
