import type { Command } from 'commander'
import { ScopeError } from '../../errors.ts'
import type { CommandContext, OpenDatabase } from '../context.ts'
import {
  type Diagnosis,
  diagnose,
  diagnosisMarkdown,
  diagnosisText,
  fail,
  gatherFacts,
  toDiagnosis,
} from '../doctor/index.ts'
import { type Application, runs, withCommon, withDatabase, withOutput } from '../register.ts'

const formats = ['text', 'json', 'markdown'] as const

export function registerDoctor(program: Command, app: Application): void {
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
  runs(command, app, formats, doctor)
}

async function doctor(context: CommandContext): Promise<number> {
  const database = await openOrReport(context)
  context.log.status('looking around…')
  const diagnosis = diagnose(await gatherFacts(database))
  await context.print(format(diagnosis, context))
  return diagnosis.ok ? 0 : 3
}

/** A script that reads JSON gets a diagnosis too where there is no connection to diagnose. */
async function openOrReport(context: CommandContext): Promise<OpenDatabase> {
  try {
    return await context.open()
  } catch (error) {
    if (context.format !== 'text' && error instanceof ScopeError && error.exitCode === 3) {
      const check = fail('connection', `${error.code}: ${error.message}`, error.hint)
      await context.print(format(toDiagnosis([check]), context))
    }
    throw error
  }
}

function format(diagnosis: Diagnosis, context: CommandContext): string {
  if (context.format === 'json') return `${JSON.stringify(diagnosis, null, 2)}\n`
  if (context.format === 'markdown') return diagnosisMarkdown(diagnosis)
  return diagnosisText(diagnosis, context)
}
