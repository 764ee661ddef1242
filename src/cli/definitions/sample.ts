import type { Command } from 'commander'
import { type Application, runs, withCommon, withDatabase, withOutput } from '../register.ts'

const formats = ['text', 'json'] as const

export function defineSample(program: Command, app: Application): void {
  const command = program
    .command('sample')
    .description('Store what the sessions do: waits, long statements, idle transactions.')
    .option('--every <duration>', 'go on, one each 5s, 10s…, until stopped')
    .option('--for <duration>', 'with --every, stop after 1m, 8h…')
    .option('--burst <duration>', 'look at the waits ten times a second for 1s to 10s first')
    .addHelpText('after', epilogue)
  withCommon(withOutput(withDatabase(command), formats))
  runs(command, app, formats, async () => (await import('../commands/sample.ts')).sample)
}

const epilogue = `
Needs the schema of \`supascope migrate\` and the rights of pg_monitor. Constants of statements are
redacted before they are stored; old samples are deleted.

Examples:
  supascope sample --every 5s
  supascope sample --every 5s --for 10m --format json
  supascope sample --burst 3s

With --every, a statement that a timeout may cut off is looked at again right after it, a failure
that may pass is told on standard error, and with --format json each sample is one line.

Exit status: 0 stored, 2 wrong usage, 3 the database refused; 130 or 143 when stopped.`
