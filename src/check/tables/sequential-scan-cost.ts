import type { FindingLevel } from '../../finding.ts'

/** Scans of tables as a whole, however they came about. */
export interface ScanCounts {
  rows: number
  seqScans: number
  seqRows: number
  indexScans: number
}

/** Smaller tables are read whole because that is cheapest. */
const leastRows = 10_000
/** Fewer scans may be a backup, or somebody's look. */
const leastScans = 100
/** Share of a table that a scan must read on average: `limit 1` reads a table whole by name only. */
const leastShareRead = 0.1
/** Share of all accesses that may be sequential. */
const tolerableShare = 0.05
/** Of the rows that all statements read: from here on it is a burden, or a heavy one. */
const burdenShare = 0.05
const heavyShare = 0.5
const heavyRows = 1e9

/** Whether it is read whole too often. A table that no index was ever used on counts as well. */
export function isReadWhole({ rows, seqScans, seqRows, indexScans }: ScanCounts): boolean {
  if (rows < leastRows || seqScans < leastScans) return false
  if (seqRows / seqScans < rows * leastShareRead) return false
  return seqScans / (seqScans + indexScans) > tolerableShare
}

/** By the share of all rows read. */
export function scanLevel({ seqRows }: ScanCounts, rowsReadByAll: number): FindingLevel {
  const share = rowsReadByAll > 0 ? seqRows / rowsReadByAll : 0
  if (share >= heavyShare && seqRows >= heavyRows) return 'ERROR'
  return share >= burdenShare ? 'WARN' : 'INFO'
}
