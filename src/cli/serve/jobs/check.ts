import { renderCheck } from '../../../render/index.ts'
import type { Firing, JobReturn } from '../../../schedule/index.ts'
import { runCheck } from '../../check/run-check.ts'
import { settleStates } from '../../check/settle-states.ts'
import type { JobSurroundings } from '../jobs.ts'
import { deliverFrom } from './deliver.ts'
import { requireSchema } from './require-schema.ts'

/** Columns of a check that is written to a file. */
const width = 100

/** Runs every rule, remembers what is open, new and resolved, and tells those who want to know. */
export async function checkJob(firing: Firing, around: JobSurroundings): Promise<JobReturn> {
  const { db } = firing
  const begun = performance.now()
  const capabilities = await requireSchema(db)
  const found = await runCheck({ db, capabilities }, { thresholds: around.config.thresholds })
  const { report, transitions, notStored } = await settleStates({ db, capabilities }, found, {
    ignore: around.config.check.ignore,
    store: true,
    source: 'serve',
    tookMs: performance.now() - begun,
  })
  const delivered = await deliverFrom(firing, capabilities, around, {
    kind: 'check',
    at: report.generated_at,
    window: null,
    findings: report.findings,
    skippedRules: report.skipped.map(({ rule }) => rule),
    full: (format) =>
      renderCheck(report, format === 'html' ? 'text' : format, { width, color: false }),
  })
  return {
    open: report.findings.filter(({ state }) => state === 'open').length,
    changed: transitions.length,
    rules: report.examined.length,
    not_stored: notStored,
    ...delivered,
  }
}
