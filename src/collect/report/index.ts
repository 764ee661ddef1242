/** What a report is made of, and what rules on statements judge by: one reading for both. */
export {
  type AskedWindow,
  type ReportReading,
  readReportInput,
  type Watched,
} from './read-report-input.ts'
export { type StatementReading, withStatements } from './with-statements.ts'
