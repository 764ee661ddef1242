import { buildReport } from '../../analyze/index.ts'
import { judgeStatements } from '../../check/index.ts'
import { requireStatistics } from '../../collect/index.ts'
import { readReportInput } from '../../collect/report/index.ts'
import { type FindingLevel, findingLevels } from '../../finding.ts'
import { render } from '../../render/index.ts'
import type { Report } from '../../report.ts'
import type { CommandContext } from '../context.ts'
import { askedWindow, type WindowOptions } from '../report/window-options.ts'

export interface ReportOptions extends WindowOptions {
  failOn?: Lowercase<FindingLevel>
}

/** A newest snapshot older than this, ms, is worth a note: the collector may have stopped. */
const staleMs = 15 * 60_000

export async function report(context: CommandContext, options: ReportOptions): Promise<number> {
  // What the command line says wrong is said before anything is connected.
  askedWindow(options, new Date())
  const database = await context.open()
  requireStatistics(database.capabilities)
  context.log.status('reading the statistics…')
  const { top, thresholds } = context.config
  const input = await readReportInput(database, {
    top,
    thresholds,
    lifetime: options.lifetime === true,
    window: (now) => askedWindow(options, now),
  })
  const result = buildReport(input, judgeStatements)
  noteStaleness(result, context, options)
  const { width, color } = context
  await context.print(render(result, context.format, { width, color }))
  return fails(result, options.failOn) ? 1 : 0
}

function noteStaleness(result: Report, context: CommandContext, options: ReportOptions): void {
  const age = Date.parse(result.generated_at) - Date.parse(result.window.to)
  if (options.until !== undefined || age < staleMs) return
  context.log.note(
    `the newest snapshot is of ${result.window.to}: is \`supascope snapshot --every 60s\` still running?`,
  )
}

function fails({ findings }: Report, failOn: ReportOptions['failOn']): boolean {
  if (failOn === undefined) return false
  const worst = findingLevels.findIndex((level) => level.toLowerCase() === failOn)
  return findings.some(
    ({ level, state }) => state === 'open' && findingLevels.indexOf(level) <= worst,
  )
}
