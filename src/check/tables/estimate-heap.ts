import type { ColumnFacts } from '../../facts/index.ts'

const page = 8192
const pageHeader = 24
const linePointer = 4
const rowHeader = 23
const alignment = 8

/**
 * Bytes that a table's rows need, from the widths that ANALYZE found: row header, null bitmap,
 * values, padding to 8 bytes for the row and, on average, half of each column's alignment. Null if
 * the width of a column is unknown, since any figure would be a guess then.
 *
 * @param fillfactor percent, as the storage parameter
 */
export function estimateHeap(
  rows: number,
  columns: readonly ColumnFacts[],
  fillfactor: number,
): number | null {
  if (columns.length === 0) return null
  let width = 0
  let nullable = false
  for (const { averageWidth, nullShare } of columns) {
    if (averageWidth === null || nullShare === null) return null
    // avg_width is that of the values which are there.
    width += (averageWidth + padding(averageWidth)) * (1 - nullShare)
    nullable ||= nullShare > 0
  }
  const bitmap = nullable ? Math.ceil(columns.length / 8) : 0
  const row = align(rowHeader + bitmap) + align(width) + linePointer
  const room = (page - pageHeader) * (Math.min(Math.max(fillfactor, 10), 100) / 100)
  return Math.ceil(rows / Math.max(1, Math.floor(room / row))) * page
}

/** Columns of 8 bytes may need up to 7 before them, of 4 up to 3; short texts none. */
function padding(width: number): number {
  if (width === 8) return 2
  return width === 4 ? 1 : 0
}

function align(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment
}
