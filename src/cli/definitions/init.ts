import type { Command } from 'commander'
import { type Application, runs, withCommon, withOutput } from '../register.ts'

const formats = ['text', 'json'] as const

export function defineInit(program: Command, app: Application): void {
  const command = program
    .command('init')
    .description('Add the migrations to the Supabase project in this folder.')
    .option('--direct-ingest', 'also let browsers send Web Vitals past the edge function')
    .option('--dry-run', 'say what would be added, and change nothing')
    .addHelpText(
      'after',
      `
Copies what supabase/migrations lacks, under stamps newer than all that is there. It overwrites
nothing and may be run again after each update. Read docs/direct-ingest.md before --direct-ingest.

Examples:
  supascope init --dry-run
  supascope init && supabase db push

Exit status: 0 added or nothing to do, 2 wrong usage.`,
    )
  withCommon(withOutput(command, formats))
  runs(command, app, formats, async () => (await import('../commands/init.ts')).init)
}
