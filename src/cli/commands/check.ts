import { isWanted, rules } from '../../check/index.ts'
import type { CheckReport } from '../../check-report.ts'
import { ScopeError } from '../../errors.ts'
import type { FindingLevel } from '../../finding.ts'
import { renderCheck } from '../../render/index.ts'
import { readBaseReport } from '../check/base-report.ts'
import { fails } from '../check/fails.ts'
import { markIgnored } from '../check/mark-ignored.ts'
import { runCheck } from '../check/run-check.ts'
import { settleStates } from '../check/settle-states.ts'
import type { CommandContext } from '../context.ts'
import { deliverAndNote } from '../deliver/deliver-and-note.ts'
import type { DeliverResultOptions } from '../deliver/deliver-result.ts'

export interface CheckCommandOptions {
  failOn?: Lowercase<FindingLevel>
  /** The JSON of an earlier check. */
  failOnNew?: string
  only?: string[]
  ignore?: string[]
  schemaOnly?: boolean
  deliver?: boolean
  /** False with `--no-store`. */
  store?: boolean
}

export async function check(
  context: CommandContext,
  options: CheckCommandOptions,
): Promise<number> {
  // What the command line says wrong is said before anything is connected.
  assertRules(options.only ?? [])
  const base = options.failOnNew === undefined ? undefined : await readBaseReport(options.failOnNew)
  const database = await context.open()
  const { only, schemaOnly = false } = options
  const began = performance.now()
  const found = await runCheck(database, {
    ...(only === undefined ? {} : { only }),
    schemaOnly,
    thresholds: context.config.thresholds,
    onProgress: (words) => context.log.status(words),
  })
  const { report: settled, notStored } = await settleStates(database, found, {
    ignore: context.config.check.ignore,
    store: options.store !== false,
    source: 'check',
    tookMs: performance.now() - began,
  })
  if (notStored !== null) context.log.note(`the findings are not remembered: ${notStored}`)
  const report = { ...settled, findings: markIgnored(settled.findings, options.ignore ?? []) }
  const { width, color, format } = context
  await context.print(renderCheck(report, format === 'html' ? 'text' : format, { width, color }))
  if (options.deliver) await deliverAndNote(context, database, delivered(report))
  const { failOn } = options
  const failed = fails(report.findings, {
    ...(failOn === undefined ? {} : { failOn }),
    ...(base === undefined ? {} : { base }),
  })
  return failed ? 1 : 0
}

/** Columns of a check in a file. */
const fileWidth = 100

function delivered(report: CheckReport): DeliverResultOptions {
  return {
    kind: 'check',
    job: 'check',
    windowKey: report.generated_at,
    database: report.database.name,
    at: report.generated_at,
    window: null,
    findings: report.findings,
    skippedRules: report.skipped.map(({ rule }) => rule),
    full: (format) =>
      renderCheck(report, format === 'html' ? 'text' : format, { width: fileWidth, color: false }),
  }
}

function assertRules(only: readonly string[]): void {
  const unknown = only.find((name) => !rules.some((rule) => isWanted(rule.name, [name])))
  if (unknown === undefined) return
  throw new ScopeError(
    'SCOPE_USAGE',
    `no rule is named ${unknown}`,
    `rules: ${rules.map(({ name }) => name).join(', ')}`,
  )
}
