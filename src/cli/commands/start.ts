import { buildReport } from '../../analyze/index.ts'
import { judgeStatements } from '../../check/index.ts'
import { readReportInput } from '../../collect/report/index.ts'
import { applyMigrations, connect, detectCapabilities } from '../../db/index.ts'
import { createDemo, loadSupabase, openWorkload, type Workload } from '../../local/demo/index.ts'
import { type LocalStack, startLocalStack } from '../../local/stack.ts'
import { render } from '../../render/index.ts'
import type { CommandContext, OpenDatabase } from '../context.ts'
import type { Interruption } from '../interruption.ts'
import { keepRunning } from '../start/keep-running.ts'
import { createSteps, type Step } from '../start/steps.ts'
import { checkWork, type WatchedWork, watchDemo } from '../start/watch-demo.ts'

export interface StartOptions {
  once?: boolean
  port?: number
  gatewayPort?: number
}

export async function start(context: CommandContext, options: StartOptions): Promise<number> {
  const { interruption } = context
  const step = createSteps(context.log)
  // What is missing is said before anything is started.
  await loadSupabase()
  const stack = await startStack(options, interruption, step)
  try {
    const database = await openStack(stack, interruption)
    const workload = await prepare(stack, database, interruption.signal, step)
    const forget = interruption.onStop(() => workload.close())
    try {
      const work = await watchDemo(workload, database, stack.url, step, interruption.signal)
      tellWhatIsMissing(context, work)
      await printReport(context, database)
      checkWork(work)
      if (options.once !== true) {
        tellWhereToGo(context, stack)
        await keepRunning(workload, database, context)
      } else {
        context.log.note('to look around in the demo, leave out --once')
      }
    } finally {
      forget()
      await workload.close()
      await database.close()
    }
  } finally {
    await stack.stop()
  }
  return 0
}

async function startStack(
  { port, gatewayPort }: StartOptions,
  interruption: Interruption,
  step: Step,
): Promise<LocalStack> {
  const { signal } = interruption
  const starting = startLocalStack({
    signal,
    ...(port === undefined ? {} : { port }),
    ...(gatewayPort === undefined ? {} : { gatewayPort }),
  })
  // Also if it is still starting when it is told to stop.
  interruption.onStop(async () => {
    const stack = await starting
    await stack.stop()
  })
  return await step('starting the local stack', 'local stack started', () => starting)
}

async function openStack(stack: LocalStack, interruption: Interruption): Promise<OpenDatabase> {
  const connection = await connect({ url: stack.url })
  interruption.onStop(() => connection.cancel())
  const capabilities = await detectCapabilities(connection.db)
  await applyMigrations(connection.db, { capabilities })
  return { ...connection, capabilities: await detectCapabilities(connection.db) }
}

async function prepare(
  stack: LocalStack,
  _database: OpenDatabase,
  signal: AbortSignal,
  step: Step,
): Promise<Workload> {
  await step('making the demo: an app with half a million rows', 'made the demo', async () => {
    await createDemo({ url: stack.url, signal })
    await stack.reload()
  })
  signal.throwIfAborted()
  return await openWorkload(stack)
}

/** Trouble (h), which no report on statistics can show: here we know of it, because we caused it. */
function tellWhatIsMissing({ log }: CommandContext, { cancelled }: WatchedWork): void {
  const statements = cancelled === 1 ? 'one statement' : `${cancelled} statements`
  log.note(
    `the API's timeout of 8 s killed ${statements}: cancelled statements leave no trace in the statistics, so the report can't show them`,
  )
}

async function printReport(context: CommandContext, database: OpenDatabase): Promise<void> {
  const { top, thresholds } = context.config
  context.log.status('reading the statistics…')
  const input = await readReportInput(database, { top, thresholds })
  const { format, width, color } = context
  const report = buildReport(input, judgeStatements)
  await context.print(render(report, format, { width, color }))
}

function tellWhereToGo({ log }: CommandContext, { url, gatewayUrl, anonKey }: LocalStack): void {
  log.note(`the demo runs on, until Ctrl-C; all of it is local, keys and passwords too
  database  ${url}
  API       ${gatewayUrl}
  anon key  ${anonKey}
Next, in another terminal:
  npx supascope report --db-url ${url}
  npx supascope doctor --db-url ${url}
and for your own project:
  npx supascope doctor --db-url postgresql://postgres:…@db.YOUR-PROJECT.supabase.co:5432/postgres`)
}
