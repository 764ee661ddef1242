import { storeCheckRun } from '../../../collect/findings/index.ts'
import type { Firing, JobReturn } from '../../../schedule/index.ts'
import { runCheck } from '../../check/run-check.ts'
import type { JobSurroundings } from '../jobs.ts'
import { requireSchema } from './require-schema.ts'

/** Runs every rule, and remembers what is open, new and resolved. */
export async function checkJob({ db }: Firing, { config }: JobSurroundings): Promise<JobReturn> {
  const begun = performance.now()
  const capabilities = await requireSchema(db)
  const report = await runCheck({ db, capabilities })
  const run = {
    findings: report.findings,
    examined: report.examined.map(({ rule, count }) => ({ rule, count })),
  }
  const { findings, transitions } = await storeCheckRun(db, run, {
    source: 'serve',
    tookMs: performance.now() - begun,
    skipped: report.skipped.length,
    ignore: config.check.ignore,
  })
  const open = findings.filter(({ state }) => state === 'open').length
  return { open, changed: transitions.length, rules: report.examined.length }
}
