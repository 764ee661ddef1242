import type { Report } from '../report.ts'

/** Renders the report as it is: what schema/report.schema.json describes. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
