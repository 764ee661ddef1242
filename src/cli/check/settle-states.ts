import { advanceFindings, type IgnoreOrder } from '../../analyze/findings/index.ts'
import type { CheckFinding, CheckReport } from '../../check-report.ts'
import { judgeCheckRun, type SettledRun, storeCheckRun } from '../../collect/findings/index.ts'
import { schemaProblem, schemaState, shippedMigrations } from '../../db/index.ts'
import { ScopeError } from '../../errors.ts'
import type { Finding } from '../../finding.ts'
import type { OpenDatabase } from '../context.ts'
import type { JudgedReport } from './run-check.ts'

export interface SettleOptions {
  /** `check.ignore` of the configuration. */
  ignore: readonly IgnoreOrder[]
  /** Whether the run is remembered; without it the stored decisions still count. */
  store: boolean
  /** What ran the check. */
  source: string
  /** How long it took, ms. */
  tookMs: number
}

/** A check whose findings have their states, and what the run changed in what is remembered. */
export interface SettledCheck {
  report: CheckReport
  transitions: SettledRun['transitions']
  /** Why the run is not remembered; null if it is, or was not asked to be. */
  notStored: string | null
}

/**
 * Gives each finding its state: what people decided, what the configuration ignores, what was there
 * before. The run is remembered where our schema is there and the role may write to it.
 */
export async function settleStates(
  database: Pick<OpenDatabase, 'db' | 'capabilities'>,
  report: JudgedReport,
  options: SettleOptions,
): Promise<SettledCheck> {
  const run = { findings: report.findings, examined: report.examined }
  const problem = schemaProblem(schemaState(database.capabilities, await shippedMigrations()))
  const settled = (result: Pick<SettledRun, 'findings' | 'transitions'>, why: string | null) => ({
    report: {
      ...report,
      examined: report.examined.map(({ subjects: _, ...rest }) => rest),
      findings: withStates(report.findings, result.findings),
    },
    transitions: result.transitions,
    notStored: why,
  })
  if (problem !== null) {
    const judged = advanceFindings([], { ...run, at: report.generated_at }, options.ignore)
    return settled(judged, options.store ? problem.message : null)
  }
  const judge = (): Promise<SettledRun> =>
    judgeCheckRun(database.db, { ...run, at: report.generated_at }, options.ignore)
  if (!options.store) return settled(await judge(), null)
  try {
    const { source, tookMs, ignore } = options
    const skipped = report.skipped.length
    return settled(await storeCheckRun(database.db, run, { source, tookMs, skipped, ignore }), null)
  } catch (error) {
    if (!mayNotWrite(error)) throw error
    return settled(await judge(), error.message)
  }
}

function mayNotWrite(error: unknown): error is ScopeError {
  return (
    error instanceof ScopeError &&
    (error.code === 'SCOPE_DB_PRIVILEGE' || error.code === 'SCOPE_DB_READ_ONLY')
  )
}

/** States come back in the order in which the findings went in. */
function withStates(
  findings: readonly CheckFinding[],
  settled: readonly Finding[],
): CheckFinding[] {
  return findings.map((finding, i) => ({ ...finding, state: settled[i]?.state ?? finding.state }))
}
