import type { Command } from 'commander'
import { type Application, runs, withCommon, withDatabase, withOutput } from '../register.ts'

const formats = ['text', 'json'] as const

export function defineSnapshot(program: Command, app: Application): void {
  const command = program
    .command('snapshot')
    .description('Store what the statements did since the last snapshot.')
    .option('--every <duration>', 'go on, one each 60s, 5m…, until stopped')
    .addHelpText('after', epilogue)
  withCommon(withOutput(withDatabase(command), formats))
  runs(command, app, formats, async () => (await import('../commands/snapshot.ts')).snapshot)
}

const epilogue = `
Needs the schema of \`supascope migrate\`. Never resets the server's statistics. Old snapshots are
merged and removed as the configuration's retention says.

Examples:
  supascope snapshot --db-url postgresql://postgres:…@db.example.com:5432/postgres
  supascope snapshot --every 60s

With --every, a failure that may pass is told on standard error, and the next snapshot covers its
time too; with --format json, each snapshot is one line.

Exit status: 0 stored, 2 wrong usage, 3 the database refused; 130 or 143 when stopped.`
