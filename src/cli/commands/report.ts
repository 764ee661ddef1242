import { buildReport } from '../../analyze/index.ts'
import { judgeStatements } from '../../check/index.ts'
import { requireStatistics } from '../../collect/index.ts'
import { readReportInput } from '../../collect/report/index.ts'
import { type FindingLevel, findingLevels } from '../../finding.ts'
import { render } from '../../render/index.ts'
import type { Report } from '../../report.ts'
import type { CommandContext } from '../context.ts'
import { deliverAndNote } from '../deliver/deliver-and-note.ts'
import type { DeliverResultOptions } from '../deliver/deliver-result.ts'
import { askedWindow, type WindowOptions } from '../report/window-options.ts'

export interface ReportOptions extends WindowOptions {
  failOn?: Lowercase<FindingLevel>
  deliver?: boolean
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
  if (options.deliver) await deliverAndNote(context, database, delivered(result))
  return fails(result, options.failOn) ? 1 : 0
}

/** Columns of a report in a file. */
const fileWidth = 100

function delivered(result: Report): DeliverResultOptions {
  const { from, to } = result.window
  return {
    kind: 'report',
    job: 'report',
    windowKey: `${from} ${to}`,
    database: result.database.name,
    at: result.generated_at,
    window: { from, to },
    findings: result.findings,
    report: result,
    full: (format) => render(result, format, { width: fileWidth, color: false }),
  }
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
