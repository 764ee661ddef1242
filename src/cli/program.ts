import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { defineBudgets } from './definitions/budgets.ts'
import { defineCheck } from './definitions/check.ts'
import { defineDeliver } from './definitions/deliver.ts'
import { defineDoctor } from './definitions/doctor.ts'
import { defineFindings } from './definitions/findings.ts'
import { defineInit } from './definitions/init.ts'
import { defineMark } from './definitions/mark.ts'
import { defineMigrate } from './definitions/migrate.ts'
import { defineReport } from './definitions/report.ts'
import { defineRun } from './definitions/run.ts'
import { defineSample } from './definitions/sample.ts'
import { defineServe } from './definitions/serve.ts'
import { defineSnapshot } from './definitions/snapshot.ts'
import { defineStart } from './definitions/start.ts'
import type { Interruption } from './interruption.ts'
import type { Application } from './register.ts'

/**
 * Runs the command that the arguments name and returns the exit status.
 *
 * @throws ScopeError or CommanderError; the caller prints it.
 */
export async function runProgram(
  args: readonly string[],
  interruption: Interruption,
): Promise<number> {
  const app: Application = { interruption, status: 0 }
  try {
    await createProgram(app).parseAsync(args, { from: 'user' })
  } catch (error) {
    // Help and version have been printed; without a command, help goes to standard error.
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    if (error instanceof CommanderError && error.code === 'commander.help') return 2
    throw error
  }
  return app.status
}

function createProgram(app: Application): Command {
  const program = new Command('supascope')
    .description('Shows where the time goes in a Supabase database, and what to do about it.')
    .version(version())
    .exitOverride()
    // Errors are printed in one place, in one form.
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', epilogue)
  defineReport(program, app)
  defineCheck(program, app)
  defineBudgets(program, app)
  defineDeliver(program, app)
  defineSnapshot(program, app)
  defineSample(program, app)
  defineServe(program, app)
  defineRun(program, app)
  defineFindings(program, app)
  defineMark(program, app)
  defineInit(program, app)
  defineMigrate(program, app)
  defineDoctor(program, app)
  defineStart(program, app)
  return program
}

const epilogue = `
The database comes from --db-url, SUPASCOPE_DB_URL, SUPABASE_DB_URL or DATABASE_URL.

Examples:
  supascope start
  supascope doctor --db-url postgresql://postgres:…@db.example.com:5432/postgres
  supascope report
  supascope migrate && supascope snapshot --every 60s

Exit status:
  0  fine
  1  findings at or over --fail-on
  2  wrong usage or configuration
  3  the database can't be reached or lacks something`

function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  const parsed: { version: string } = JSON.parse(readFileSync(file, 'utf8'))
  return parsed.version
}
