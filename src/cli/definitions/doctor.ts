import type { Command } from 'commander'
import { type Application, runs, withCommon, withDatabase, withOutput } from '../register.ts'

const formats = ['text', 'json', 'markdown'] as const

export function defineDoctor(program: Command, app: Application): void {
  const command = program
    .command('doctor')
    .description('Say what this database has, what it lacks, and how to mend it.')
    .addHelpText(
      'after',
      `
Reads only. Each check that is not fine comes with the exact remedy and with what works without it.

Examples:
  supascope doctor --db-url postgresql://postgres:…@db.example.com:5432/postgres
  supascope doctor --format json

Exit status: 0 nothing fails, 2 wrong usage, 3 a check fails or the database can't be reached.`,
    )
  withCommon(withOutput(withDatabase(command), formats))
  runs(command, app, formats, async () => (await import('../commands/doctor.ts')).doctor)
}
