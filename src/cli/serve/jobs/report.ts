import { buildReport } from '../../../analyze/index.ts'
import { judgeStatements } from '../../../check/index.ts'
import { requireStatistics } from '../../../collect/index.ts'
import { readReportInput } from '../../../collect/report/index.ts'
import { render } from '../../../render/index.ts'
import type { Firing, JobReturn } from '../../../schedule/index.ts'
import type { JobSurroundings } from '../jobs.ts'
import { deliverFrom } from './deliver.ts'
import { requireSchema } from './require-schema.ts'

/** Columns of a report that is written to a file. */
const width = 100

/** Makes the report of the last day, and brings it to where people look. */
export async function reportJob(firing: Firing, around: JobSurroundings): Promise<JobReturn> {
  const { db } = firing
  const capabilities = await requireSchema(db)
  requireStatistics(capabilities)
  const { top, thresholds } = around.config
  const input = await readReportInput({ db, capabilities }, { top, thresholds })
  const report = buildReport(input, judgeStatements)
  const delivered = await deliverFrom(firing, capabilities, around, {
    kind: 'report',
    at: report.generated_at,
    window: { from: report.window.from, to: report.window.to },
    findings: report.findings,
    report,
    full: (format) => render(report, format, { width, color: false }),
  })
  return { statements: report.totals.statements, findings: report.findings.length, ...delivered }
}
