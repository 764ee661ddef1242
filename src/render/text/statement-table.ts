import { formatBytes, formatCount, formatMs, formatShare } from '../../quantity.ts'
import type { Report, ReportStatement } from '../../report.ts'
import { cleanLine } from '../clean-text.ts'
import { fit } from '../display-width.ts'
import { findingOf, isWorse, labelFor, trendWord } from '../report-words.ts'
import { type Column, layOut } from './columns.ts'
import { levelLooks, levelMarks, type Paint } from './style.ts'

/** The ranking: one line a statement, as many figures as the width holds. */
export function statementTable(report: Report, width: number, paint: Paint): string[] {
  const { statements, totals } = report
  if (statements.length === 0) {
    const why = totals.statements > 0 ? 'nothing but housekeeping ran' : 'no statement ran'
    return [fit(`In this window ${why}.`, width)]
  }
  const columns = columnsFor(report, width)
  const { header, lines } = layOut(columns, statements, width, (cell, column, row) => {
    if (row === null) return paint(cell, 'dim')
    if (column.header === '') {
      const finding = findingOf(row, report)
      return finding === undefined ? cell : paint(cell, levelLooks[finding.level], 'bold')
    }
    if (column.header === 'trend') return isWorse(row) ? paint(cell, 'red') : paint(cell, 'dim')
    return column.header === 'role' || column.header === '±' ? paint(cell, 'dim') : cell
  })
  return [header, ...lines, ...footer(report, width).map((line) => paint(line, 'dim'))]
}

function footer({ statements, totals }: Report, width: number): string[] {
  const notes: string[] = []
  const bounded = statements.some((statement) => statement.exactness === 'lower_bound')
  if (bounded) notes.push('≥ at least: calls may be missing')
  const hidden = totals.statements - statements.length
  if (hidden > 0) {
    const share = statements.reduce((sum, statement) => sum + statement.share, 0)
    notes.push(
      `${formatCount(hidden)} more took ${formatShare(Math.max(0, 1 - share))} of the time`,
    )
  }
  return notes.length === 0 ? [] : [fit(notes.join('; '), width)]
}

function columnsFor(report: Report, width: number): Column<ReportStatement>[] {
  const { statements } = report
  const has = (value: (row: ReportStatement) => number): boolean =>
    statements.some((r) => value(r) > 0)
  const columns: Column<ReportStatement>[] = [
    { header: '', cell: (row) => markOf(row, report), dropOrder: 0 },
    number('share', 0, (row) => formatShare(row.share)),
    number('total', 3, (row) => formatMs(row.total_ms)),
    number('calls', 1, callsCell),
    number('mean', 0, (row) => formatMs(row.mean_ms)),
    number('±', 6, (row) => formatMs(row.stddev_ms)),
  ]
  if (report.previous !== null) columns.push(number('trend', 2, trendWord))
  columns.push(number('rows', 8, (row) => formatCount(row.rows)))
  columns.push(number('hit', 7, hitCell))
  if (has((row) => row.temp_blks_written)) {
    columns.push(number('temp', 9, (row) => bytesCell(row.temp_blks_written * 8_192)))
  }
  if (has((row) => row.wal_bytes)) {
    columns.push(number('wal', 10, (row) => bytesCell(row.wal_bytes)))
  }
  columns.push(
    { header: 'role', cell: (row) => cleanLine(row.role, 64), dropOrder: 4, most: 16 },
    {
      header: 'statement',
      cell: (row) => labelFor(cleanLine(row.label, 400), width),
      dropOrder: 0,
      flexible: 32,
    },
  )
  return columns
}

function number(
  header: string,
  dropOrder: number,
  cell: (row: ReportStatement) => string,
): Column<ReportStatement> {
  return { header, cell, dropOrder, align: 'right' }
}

function markOf(row: ReportStatement, report: Report): string {
  const finding = findingOf(row, report)
  return finding === undefined ? ' ' : levelMarks[finding.level]
}

function callsCell({ calls, exactness }: ReportStatement): string {
  return `${exactness === 'lower_bound' ? '≥' : ''}${formatCount(calls)}`
}

function hitCell({ cache_hit }: ReportStatement): string {
  return cache_hit === null ? '' : formatShare(cache_hit)
}

function bytesCell(bytes: number): string {
  return bytes > 0 ? formatBytes(bytes) : ''
}
