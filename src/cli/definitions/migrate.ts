import type { Command } from 'commander'
import { type Application, runs, withCommon, withDatabase, withOutput } from '../register.ts'

const formats = ['text', 'json'] as const

export function defineMigrate(program: Command, app: Application): void {
  const command = program
    .command('migrate')
    .description('Add the schema supascope to the database, or bring it up to date.')
    .option('--dry-run', 'say what would be applied, and change nothing')
    .addHelpText(
      'after',
      `
Agrees with \`supabase db push\` and psql about what is applied, and may run anywhere at any time.

Examples:
  supascope migrate --dry-run
  supascope migrate --db-url postgresql://postgres:…@db.example.com:5432/postgres

Exit status: 0 applied or nothing to do, 2 wrong usage, 3 the database refused.`,
    )
  withCommon(withOutput(withDatabase(command), formats))
  runs(command, app, formats, async () => (await import('../commands/migrate.ts')).migrate)
}
