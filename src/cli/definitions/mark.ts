import type { Command } from 'commander'
import { type Application, runs, withCommon, withDatabase, withOutput } from '../register.ts'

const formats = ['text', 'json'] as const

export function defineMark(program: Command, app: Application): void {
  const command = program
    .command('mark')
    .description('Mark a moment, a deployment above all, so that what changed then can name it.')
    .argument('<name>', 'what happened: a version, a commit, a word')
    .option('--at <time>', 'when: 10m back, or 2026-11-01T08:30Z (else now)')
    .option('--by <name>', 'who made it (else the user of this machine)')
    .addHelpText('after', epilogue)
  withCommon(withOutput(withDatabase(command), formats))
  runs(command, app, formats, async () => (await import('../commands/mark.ts')).mark)
}

const epilogue = `
Reports list the marks of their window, and a statement that became slower names those around the
time at which it did. The same mark at the same time is made once. The latest thousand are kept.

Examples:
  supascope mark "deploy v42"
  supascope mark "$GITHUB_SHA" --db-url "$SUPASCOPE_DB_URL"
  supascope mark "import of old messages" --at 2026-11-01T08:30Z

Exit status: 0 stored, 2 wrong usage, 3 the database lacks something.`
