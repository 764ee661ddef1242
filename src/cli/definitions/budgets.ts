import { type Command, Option } from 'commander'
import { type Application, runs, withCommon, withDatabase, withOutput } from '../register.ts'

const formats = ['text', 'json'] as const

export function defineBudgets(program: Command, app: Application): void {
  const command = program
    .command('budgets')
    .description('Judge the budgets of routes, pages and statements, and say how each stands.')
    .option('--deliver', 'bring what is raised or cleared to the places of the configuration')
    .addOption(
      new Option(
        '--fail-on <level>',
        'exit with 1 if a raised one is at or over this level',
      ).choices(['error', 'warn', 'info']),
    )
    .addHelpText('after', epilogue)
  withCommon(withOutput(withDatabase(command), formats))
  runs(command, app, formats, async () => (await import('../commands/budgets.ts')).budgets)
}

const epilogue = `
The budgets are those under \`budgets\` in the configuration: 'p95 of route GET /orders < 300 ms'.
Each window of time is judged once, whoever asks; one bad window alone raises nothing, and one good
window clears nothing. How they stand is kept in the database.

Examples:
  supascope budgets
  supascope budgets --deliver
  supascope budgets --fail-on warn --format json

Exit status: 0 fine, 1 raised at or over --fail-on, 2 wrong usage, 3 the database lacks something.`
