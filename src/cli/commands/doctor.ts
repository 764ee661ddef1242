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

export async function doctor(context: CommandContext): Promise<number> {
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
