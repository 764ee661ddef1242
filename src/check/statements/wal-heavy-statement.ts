import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes, formatCount, formatShare, plural } from '../../quantity.ts'
import { costLevel } from './cost-level.ts'
import { statementFinding } from './statement-finding.ts'

/** WAL that a statement must write to be judged, bytes a minute. */
const leastBytesPerMinute = 1024 ** 2
/** A window of unknown length counts as a day. */
const unknownMinutes = 1_440
/** Share of whole pages in it from which on they are what it writes. */
const mostlyPages = 0.5
/** WAL a changed row from which on each change rewrites much, bytes. */
const bytesPerRow = 8_192
/** A whole page in the WAL, bytes, less the hole in its middle. */
const pageBytes = 8_192

/** Statements whose changes weigh far more in the WAL than they need. See docs/findings/wal_heavy_statement.md. */
export function walHeavyStatement(facts: WindowFacts): Finding[] {
  const least = leastBytesPerMinute * (facts.minutes ?? unknownMinutes)
  const total = facts.statements.reduce((sum, one) => sum + one.wal_bytes, 0)
  return facts.statements
    .filter(({ wal_bytes }) => wal_bytes >= least)
    .filter((one) => pageShare(one) >= mostlyPages || perRow(one) >= bytesPerRow)
    .map((one) => walFinding(one, total, facts))
}

function pageShare({ counters, wal_bytes }: StatementFacts): number {
  return Math.min(1, (counters.walFpi * pageBytes) / wal_bytes)
}

function perRow({ rows, calls, wal_bytes }: StatementFacts): number {
  return wal_bytes / Math.max(rows, calls)
}

function walFinding(statement: StatementFacts, total: number, facts: WindowFacts): Finding {
  const { label, role, calls, wal_bytes, rows } = statement
  const pages = pageShare(statement)
  const share = wal_bytes / total
  const each = wal_bytes / calls
  return statementFinding(statement, {
    name: 'wal_heavy_statement',
    title: 'Writes much WAL',
    // WAL has a cost of its own, beside the time: disk, archive, replicas.
    level: share >= 0.2 ? 'WARN' : costLevel(statement.total_ms, facts),
    summary: `${formatBytes(each)} of WAL a call, ${formatShare(share)} of all`,
    detail:
      `${label} writes ${formatBytes(each)} of WAL a call, ${formatBytes(wal_bytes)} in ` +
      `${plural(calls, 'call')} as ${role} for ${plural(rows, 'row')}, ${formatShare(share)} of all ` +
      `statements' WAL; ${formatShare(pages)} of it are whole pages (${formatCount(statement.counters.walFpi)}).`,
    remediation: pages >= mostlyPages ? fewerPages : smallerRows,
    evidence: {
      wal_bytes,
      wal_bytes_per_call: each,
      wal_bytes_per_row: perRow(statement),
      wal_fpi: statement.counters.walFpi,
      full_page_share: pages,
      wal_share: share,
    },
  })
}

const fewerPages =
  'The first change of a page after a checkpoint writes the whole page. Touch fewer pages: keys ' +
  'that grow (bigint identity, uuidv7) instead of random ones (uuid v4) for what is inserted, ' +
  'fewer indexes on what is updated, a fillfactor of 90 for tables updated in place. On a server of ' +
  "your own also: alter system set wal_compression = on; alter system set max_wal_size = '4GB';"
const smallerRows =
  'Each change rewrites the whole row. Keep what changes often out of wide rows (a table of its own ' +
  'beside the large jsonb or text), do not update to the same value (where … is distinct from …), ' +
  'and write many rows in one statement.'
