import { Argument, type Command, Option } from 'commander'
import { type Application, runs, withCommon, withDatabase, withOutput } from '../register.ts'

const formats = ['text', 'json', 'markdown'] as const

export function defineFindings(program: Command, app: Application): void {
  const command = program
    .command('findings')
    .description('List what the check found and how it stands; acknowledge, ignore or reopen one.')
    .addArgument(
      new Argument('[action]', 'what to do; else the list').choices([
        'list',
        'ack',
        'ignore',
        'reopen',
      ]),
    )
    .argument('[key]', 'the key of a finding, or as much of its begin as is clear')
    .addOption(
      new Option('--state <state>', 'list those of one state (else open and acknowledged)').choices(
        ['open', 'acknowledged', 'ignored', 'resolved'],
      ),
    )
    .option('--all', 'list those of every state')
    .option('--reason <text>', 'why, for those who come after')
    .option('--until <time>', 'end of ignoring: 30d, or 2027-01-31 (else none)')
    .option('--by <name>', 'who decided (else the user of this machine)')
    .addHelpText('after', epilogue)
  withCommon(withOutput(withDatabase(command), formats))
  runs(command, app, formats, async () => (await import('../commands/findings.ts')).findings)
}

const epilogue = `
Findings come from \`supascope check\`. What is acknowledged is open again when it becomes worse; what
is ignored, after its end. A finding is resolved when its rule has looked at its object again and
found nothing; then the list says by how much it helped.

Examples:
  supascope findings
  supascope findings --state resolved --format markdown
  supascope findings ack slow_statement:6416750758406621842:authenticated --reason "index in review"
  supascope findings ignore unused_index:public.messages --reason "yearly export" --until 2027-01-31
  supascope findings reopen unused_index:public.messages

Exit status: 0 fine, 2 wrong usage or no such finding, 3 the database lacks something.`
