import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes, formatShare, plural } from '../../quantity.ts'
import { costLevel, isJudged } from './cost-level.ts'
import { explainAsRole } from './explain-as-role.ts'
import { statementFinding } from './statement-finding.ts'

const blockBytes = 8_192
/** Temporary data that makes a statement worth judging, however few its calls. */
const heavyBytes = 100 * 1024 ** 2
/** More working memory than this is no remedy: every node of every connection may take it. */
const largestWorkMem = 256 * 1024 ** 2

/**
 * Statements that sort or hash more than fits into their memory and so write temporary files.
 * See docs/findings/spilling_statement.md.
 */
export function spillingStatement(facts: WindowFacts): Finding[] {
  return facts.statements
    .filter((statement) => statement.temp_blks_written >= statement.calls)
    .filter((s) => isJudged(s, facts) || s.temp_blks_written * blockBytes >= heavyBytes)
    .map((statement) => spillingFinding(statement, facts))
}

function spillingFinding(statement: StatementFacts, facts: WindowFacts): Finding {
  const { label, role, calls, share, temp_blks_written } = statement
  const total = temp_blks_written * blockBytes
  const each = total / calls
  return statementFinding(statement, {
    name: 'spilling_statement',
    title: 'Spills to disk',
    level: costLevel(statement.total_ms, facts),
    summary: `${formatBytes(each)} to disk a call, ${formatShare(share)} of time`,
    detail:
      `${label} writes ${formatBytes(each)} of temporary files a call, ${formatBytes(total)} in ` +
      `the window: ${plural(calls, 'call')} as ${role}, ${formatShare(share)} of its time.`,
    remediation: remedy(statement, each),
    evidence: { temp_blks_written, temp_bytes_per_call: each },
  })
}

function remedy(statement: StatementFacts, bytesEach: number): string {
  const needed = workMemFor(bytesEach)
  const less =
    'Sort or group less: an index in the order of the sort, fewer columns, a limit. The plan ' +
    `says which node spills ("external merge", "Batches"):\n\n${explainAsRole(statement)}`
  if (needed === null) return `${less}\n\nIt is too much for more work_mem to help.`
  const where =
    statement.kind === 'rpc'
      ? `alter function <the function> set work_mem = '${needed}';`
      : `set local work_mem = '${needed}'; /* in its transaction, or by a function around it */`
  return `${less}\n\nOr give this one statement more memory:\n\n${where}`
}

/** Sorted data takes about twice its temporary file in memory; rounded up to a power of two. */
function workMemFor(bytes: number): string | null {
  const megabytes = 2 ** Math.ceil(Math.log2(Math.max(8, (2 * bytes) / 1024 ** 2)))
  return megabytes * 1024 ** 2 > largestWorkMem ? null : `${megabytes}MB`
}
