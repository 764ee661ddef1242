import type { ColumnFacts, IndexFacts } from '../../facts/index.ts'

/** Bytes of a page that hold entries: 8192 without its header and the B-tree's own part. */
const usableBytes = 8152
const pageBytes = 8192
/** Line pointer of each entry. */
const pointerBytes = 4
/** Header of an index entry: the row's address, its length and its flags. */
const headerBytes = 8
const nullBitmapBytes = 8

/**
 * What a B-tree on these columns would take if it were built now, bytes: an upper bound, for it
 * leaves out that equal keys share their room. Widths are averages of a sample, so it may be off
 * by some 20 % either way.
 *
 * @param columns - Of its keys, and those that it includes
 * @returns null if its entries or the width of a column are not known
 */
export function freshlyBuiltBytes(
  index: Pick<IndexFacts, 'entries' | 'definition'>,
  columns: readonly (ColumnFacts | undefined)[],
): number | null {
  const { entries } = index
  if (entries === null || entries < 0) return null
  let width = headerBytes
  for (const column of columns) {
    if (column?.averageWidth === null || column?.averageWidth === undefined) return null
    width += column.averageWidth * (1 - (column.nullShare ?? 0))
  }
  if (columns.some((column) => (column?.nullShare ?? 0) > 0)) width += nullBitmapBytes
  const entry = Math.ceil(width / 8) * 8 + pointerBytes
  const perPage = Math.max(1, Math.floor((usableBytes * fillfactorOf(index.definition)) / entry))
  const leaves = Math.ceil(entries / perPage)
  // One page up for each that many below, and the page that describes the index.
  const inner = Math.ceil(leaves / Math.max(2, Math.floor((usableBytes * 0.7) / entry)))
  return (leaves + inner + 1) * pageBytes
}

/** Share of a page that a build fills. @defaultValue 0.9 */
function fillfactorOf(definition: string): number {
  const set = / WITH \([^)]*fillfactor='?(\d+)'?/.exec(definition)?.[1]
  return Number(set ?? 90) / 100
}
