import { type Command, Option } from 'commander'
import { type Application, runs, withCommon, withDatabase, withOutput } from '../register.ts'

const formats = ['text', 'json', 'markdown'] as const

export function defineCheck(program: Command, app: Application): void {
  const command = program
    .command('check')
    .description('Run every rule on the database: what is wrong, what it costs, what to do.')
    .addOption(
      new Option(
        '--fail-on <level>',
        'exit with 1 if an open finding is at or over this level',
      ).choices(['error', 'warn', 'info']),
    )
    .option('--fail-on-new <file>', 'let only findings fail that are not in this earlier JSON')
    .option('--only <rules...>', 'run only these rules; index_* stands for a family')
    .option('--ignore <rules...>', 'rules, or keys of findings, that are let pass')
    .option('--schema-only', 'for an empty database in CI: leave out what needs data or use')
    .option('--deliver', 'also bring it to the places of the configuration')
    .option('--no-store', 'do not remember this run and what it found')
    .addHelpText('after', epilogue)
  withCommon(withOutput(withDatabase(command), formats))
  runs(command, app, formats, async () => (await import('../commands/check.ts')).check)
}

const epilogue = `
Looks at statements, indexes, tables, policies, sessions and settings, in short transactions that
wait for no lock. What could not be examined is listed with the reason. Where the schema supascope
is installed, the run is remembered: \`supascope findings\` shows what became of each finding.
With --fail-on-new and without --fail-on, new findings from 'warn' on fail.

Examples:
  supascope check --db-url postgresql://postgres:…@db.example.com:5432/postgres
  supascope check --only 'index_*' unused_index --format markdown
  supascope check --format json --output base.json
  supascope check --fail-on-new base.json
  supascope check --schema-only --fail-on error
  supascope check --deliver

Exit status: 0 fine, 1 findings that fail, 2 wrong usage, 3 the database lacks something.`
