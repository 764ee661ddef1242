import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes, formatMs, formatShare, plural } from '../../quantity.ts'
import { costLevel } from './cost-level.ts'
import { explainAsRole } from './explain-as-role.ts'
import { statementFinding } from './statement-finding.ts'

/** Share of its blocks that a statement should find in the cache. */
const wantedHits = 0.9
/** It must read this share of all blocks that were read: a bad ratio of few reads costs nothing. */
const leastReadShare = 0.05
/** And so many blocks in the window: 80 MB. */
const leastReads = 10_000
const blockBytes = 8_192

/** Statements that read much from outside the cache. See docs/findings/uncached_statement.md. */
export function uncachedStatement(facts: WindowFacts): Finding[] {
  const reads = facts.statements.reduce((sum, one) => sum + one.shared_blks_read, 0)
  return facts.statements
    .filter(({ cache_hit }) => cache_hit !== null && cache_hit < wantedHits)
    .filter(({ shared_blks_read: read }) => read >= leastReads && read >= leastReadShare * reads)
    .map((statement) => uncachedFinding(statement, statement.shared_blks_read / reads, facts))
}

function uncachedFinding(
  statement: StatementFacts,
  readShare: number,
  facts: WindowFacts,
): Finding {
  const { label, role, calls, shared_blks_read: read, io_ms, total_ms } = statement
  const hit = statement.cache_hit ?? 0
  const waited =
    io_ms > 0 ? ` Waiting for them took ${formatMs(io_ms)} of its ${formatMs(total_ms)}.` : ''
  return statementFinding(statement, {
    name: 'uncached_statement',
    title: 'Reads from disk',
    // Where the time of reading is not measured, all of its time may be that.
    level: costLevel(io_ms > 0 ? Math.min(io_ms, total_ms) : total_ms, facts),
    summary: `${formatShare(hit)} from cache, ${formatShare(readShare)} of all reads`,
    detail:
      `${label} found ${formatShare(hit)} of its blocks in the cache and read ` +
      `${formatBytes(read * blockBytes)} from outside, ${formatShare(readShare)} of all that was ` +
      `read, in ${plural(calls, 'call')} as ${role}.${waited}`,
    remediation:
      'Read less: an index that leads to the rows (a Seq Scan of a large table never stays in the ' +
      'cache), fewer columns, an index that holds all columns asked for (include). If it needs all ' +
      `of that, the database needs more memory.\n\n${explainAsRole(statement)}`,
    evidence: { cache_hit: hit, shared_blks_read: read, read_share: readShare, io_ms },
  })
}
