import { formatBytes, formatCount, formatMs, formatShare } from '../../quantity.ts'
import type { Report, ReportStatement } from '../../report.ts'
import {
  completenessSentence,
  findingSubject,
  lifetimeNotice,
  marksSentence,
  totalsSentence,
  trendWord,
  windowSentence,
} from '../report-words.ts'
import { code, prose } from './escape.ts'
import { findingSection } from './finding-section.ts'
import { table } from './table.ts'

/** Renders a report as Markdown: for a pull request, a step summary, a mail. */
export function renderMarkdown(report: Report): string {
  const blocks = [
    ...head(report),
    ...findings(report),
    ...statements(report),
    ...report.findings.flatMap((finding) => findingSection(finding)),
    ...notSeen(report),
  ]
  return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`
}

function head(report: Report): string[][] {
  const notice = lifetimeNotice(report)
  const marks = marksSentence(report)
  const { name, server_version } = report.database
  return [
    [`# Slow queries of ${prose(name)}`],
    [
      `**${prose(windowSentence(report.window))}**, Postgres ${prose(server_version)}  `,
      `${prose(totalsSentence(report))}; ${prose(completenessSentence(report))}`,
    ],
    ...(marks === null ? [] : [[prose(marks)]]),
    ...(notice === null ? [] : [[`> ${notice}`]]),
  ]
}

function findings({ findings: all, statements: ran }: Report): string[][] {
  if (all.length === 0) return ran.length === 0 ? [] : [['Nothing needs attention.']]
  return [
    ['## What needs attention'],
    table(
      ['', 'trouble', 'statement', 'role', 'figures'],
      all.map((finding) => {
        const { label, role, summary } = findingSubject(finding)
        return [finding.level, prose(finding.title), code(label), code(role), prose(summary)]
      }),
    ),
  ]
}

function statements(report: Report): string[][] {
  const rows = report.statements
  if (rows.length === 0) return [['No statement ran in this window.']]
  const header = ['share', 'total', 'calls', 'mean', '±', 'trend', 'rows', 'hit', 'temp', 'WAL']
  const cells = rows.map((row) => [...figures(row), code(row.role), code(row.label)])
  return [['## Statements by time'], table([...header, 'role', 'statement'], cells, header.length)]
}

function figures(row: ReportStatement): string[] {
  const bytes = (count: number): string => (count > 0 ? formatBytes(count) : '')
  return [
    formatShare(row.share),
    formatMs(row.total_ms),
    `${row.exactness === 'lower_bound' ? '≥ ' : ''}${formatCount(row.calls)}`,
    formatMs(row.mean_ms),
    formatMs(row.stddev_ms),
    trendWord(row),
    formatCount(row.rows),
    row.cache_hit === null ? '' : formatShare(row.cache_hit),
    bytes(row.temp_blks_written * 8_192),
    bytes(row.wal_bytes),
  ].map((cell) => cell.replace('<', '&lt;').replace('>', '&gt;'))
}

function notSeen({ not_seen, completeness }: Report): string[][] {
  const lines = [
    ...completeness.reasons.map((reason) => `- Incomplete: ${prose(reason)}.`),
    ...not_seen.map(({ why, remedy }) => `- ${prose(why)} ${prose(remedy)}`.trimEnd()),
  ]
  return lines.length === 0 ? [] : [['## What this report does not see'], lines]
}
