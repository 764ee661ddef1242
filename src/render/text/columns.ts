import { fit, pad, widthOf } from '../display-width.ts'

/** One column of a table on a terminal. */
export interface Column<Row> {
  header: string
  cell: (row: Row) => string
  align?: 'left' | 'right'
  /** Columns with the highest figure go first where the terminal is too narrow; 0 always stays. */
  dropOrder: number
  /** Widest it gets. */
  most?: number
  /** Takes the room that is left, at least this much. Exactly one column has it. */
  flexible?: number
}

/** A cell as laid out, for styling. */
export type CellStyle<Row> = (text: string, column: Column<Row>, row: Row | null) => string

const gap = 2

/**
 * Lays rows out under their headers in at most `width` columns: drops columns that do not fit and
 * cuts the flexible one. Styles come last, so they do not count.
 */
export function layOut<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  style: CellStyle<Row>,
): { header: string; lines: string[] } {
  const { kept, widths } = choose(columns, rows, width)
  const line = (row: Row | null): string =>
    kept
      .map((column, i) => {
        const text = row === null ? column.header : column.cell(row)
        const isLast = i === kept.length - 1
        const cell = fitCell(text, widths[i] ?? 0, column.align ?? 'left', isLast)
        return style(cell, column, row)
      })
      .join(' '.repeat(gap))
      .trimEnd()
  return { header: line(null), lines: rows.map((row) => line(row)) }
}

function fitCell(text: string, width: number, align: 'left' | 'right', isLast: boolean): string {
  return isLast && align === 'left' ? fit(text, width) : pad(text, width, align)
}

function choose<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
): { kept: Column<Row>[]; widths: number[] } {
  const natural = new Map(columns.map((column) => [column, naturalWidth(column, rows)]))
  const kept = [...columns]
  for (;;) {
    const fixed = kept.filter((column) => column.flexible === undefined)
    const taken = fixed.reduce((sum, column) => sum + (natural.get(column) ?? 0) + gap, 0)
    const left = width - taken
    const flexible = kept.find((column) => column.flexible !== undefined)
    const wanted = Math.min(flexible?.flexible ?? 0, flexible ? (natural.get(flexible) ?? 0) : 0)
    const next = kept.toSorted((a, b) => b.dropOrder - a.dropOrder)[0]
    if (left >= wanted || next === undefined || next.dropOrder === 0) {
      const widths = kept.map((column) => {
        const own = natural.get(column) ?? 0
        return column === flexible ? Math.max(1, Math.min(left, own)) : own
      })
      return { kept, widths }
    }
    kept.splice(kept.indexOf(next), 1)
  }
}

function naturalWidth<Row>(column: Column<Row>, rows: readonly Row[]): number {
  let widest = widthOf(column.header)
  for (const row of rows) widest = Math.max(widest, widthOf(column.cell(row)))
  return Math.min(widest, column.most ?? Number.POSITIVE_INFINITY)
}
