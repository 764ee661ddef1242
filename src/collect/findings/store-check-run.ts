import {
  type Advanced,
  advanceFindings,
  type CheckRun,
  type IgnoreOrder,
} from '../../analyze/findings/index.ts'
import { type Database, readOnly, readWrite } from '../../db/index.ts'
import {
  insertRun,
  lockFindings,
  pruneFindings,
  selectFindings,
  writeFindings,
} from './findings.sql.ts'

export interface StoreOptions {
  /** What ran the check: `check`, `serve`… @defaultValue 'check' */
  source?: string
  /** How long the check took, ms. */
  tookMs?: number
  /** Rules that could not be run. @defaultValue 0 */
  skipped?: number
  /** `check.ignore` of the configuration. */
  ignore?: readonly IgnoreOrder[]
}

/** What was found, with its state, and what the run changed. */
export type SettledRun = Pick<Advanced, 'findings' | 'transitions' | 'stored'>

/**
 * Lets a run of the check act on what is remembered, and stores both: the findings come back with
 * their `state`, and what appeared, came back or was resolved is told as transitions. One
 * transaction; runs at the same time wait for each other.
 *
 * @param run - Without its time: that is the server's.
 * @throws ScopeError SCOPE_DB_BUSY if another run is storing for longer than a second, and what the
 *   database answers.
 */
export function storeCheckRun(
  db: Database,
  run: Omit<CheckRun, 'at'>,
  options: StoreOptions = {},
): Promise<SettledRun> {
  return readWrite(db, async (trx) => {
    const at = await lockFindings(trx)
    const before = await selectFindings(trx)
    const advanced = advanceFindings(before, { ...run, at }, options.ignore)
    await writeFindings(trx, advanced.written)
    await insertRun(trx, {
      at,
      source: options.source ?? 'check',
      tookMs: options.tookMs ?? null,
      rules: run.examined.length,
      skipped: options.skipped ?? 0,
      open: advanced.findings.filter(({ state }) => state === 'open').length,
      found: advanced.transitions.filter(({ from, to }) => isFound(from, to)).length,
      resolved: advanced.transitions.filter(({ to }) => to === 'resolved').length,
      error: null,
    })
    await pruneFindings(trx)
    return advanced
  })
}

function isFound(from: string | null, to: string): boolean {
  return (from === null || from === 'resolved') && to === 'open'
}

/**
 * Like {@link storeCheckRun}, but only says what state each finding would have: for a check that
 * must write nothing, as on a read replica.
 */
export function judgeCheckRun(
  db: Database,
  run: CheckRun,
  ignore: readonly IgnoreOrder[] = [],
): Promise<SettledRun> {
  return readOnly(db, async (trx) => advanceFindings(await selectFindings(trx), run, ignore))
}
