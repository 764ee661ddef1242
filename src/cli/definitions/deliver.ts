import type { Command } from 'commander'
import { type Application, runs, withCommon, withDatabase, withOutput } from '../register.ts'

const formats = ['text', 'json'] as const

export function defineDeliver(program: Command, app: Application): void {
  const command = program
    .command('deliver')
    .description('Send what waits to be delivered, or a test message to each place.')
    .option('--test', 'send a test message instead, and say what each place answers')
    .option('--sink <names...>', 'only these sinks of the configuration')
    .addHelpText('after', epilogue)
  withCommon(withOutput(withDatabase(command), formats))
  runs(command, app, formats, async () => (await import('../commands/deliver.ts')).deliver)
}

const epilogue = `
The places are those under \`deliver\` in the configuration. \`report --deliver\`, \`check --deliver\`
and \`serve\` bring results there; what a place did not take waits in the database for the next try.
A test needs no database, goes to each place at once, and is tried once.

Examples:
  supascope deliver --test
  supascope deliver --test --sink slack
  supascope deliver --db-url postgresql://postgres:…@db.example.com:5432/postgres

Exit status: 0 fine, 2 a place refused or wrong usage, 3 the database lacks something.`
