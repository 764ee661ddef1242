import { buildReport } from '../../../analyze/index.ts'
import { judgeStatements } from '../../../check/index.ts'
import { requireStatistics } from '../../../collect/index.ts'
import { readReportInput } from '../../../collect/report/index.ts'
import type { Firing, JobReturn } from '../../../schedule/index.ts'
import type { JobSurroundings } from '../jobs.ts'
import { requireSchema } from './require-schema.ts'

/** Makes the report of the last day. */
export async function reportJob({ db }: Firing, { config }: JobSurroundings): Promise<JobReturn> {
  const capabilities = await requireSchema(db)
  requireStatistics(capabilities)
  const { top, thresholds } = config
  const input = await readReportInput({ db, capabilities }, { top, thresholds })
  const report = buildReport(input, judgeStatements)
  return { statements: report.totals.statements, findings: report.findings.length }
}
