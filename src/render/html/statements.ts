import { formatBytes, formatCount, formatMs, formatShare } from '../../quantity.ts'
import type { Report, ReportStatement } from '../../report.ts'
import { findingOf, isWorse, trendWord } from '../report-words.ts'
import { levelMarks } from '../text/style.ts'
import { escapeHtml, escapeLines } from './escape.ts'
import { timeChart } from './time-chart.ts'

/** The ranking as a table; each label leads to the statement's card. */
export function statementTable(report: Report): string[] {
  if (report.statements.length === 0) {
    return ['<section>', '<p>No statement ran in this window.</p>', '</section>']
  }
  const numbers = ['Calls', 'Mean', '±', 'Trend', 'Total']
  return [
    '<section>',
    '<h2 id="ranking">Statements by time</h2>',
    '<div class="scroll" tabindex="0" role="region" aria-labelledby="ranking">',
    '<table>',
    '<thead><tr>',
    '<th class="text" scope="col"><span aria-hidden="true"></span></th>',
    '<th scope="col">Share</th><th class="text" scope="col">Statement</th>',
    '<th class="text" scope="col">Role</th>',
    ...numbers.map((name) => `<th scope="col">${name}</th>`),
    '</tr></thead>',
    '<tbody>',
    ...report.statements.map((statement, i) => row(statement, i, report)),
    '</tbody>',
    '</table>',
    '</div>',
    '</section>',
  ]
}

function row(statement: ReportStatement, i: number, report: Report): string {
  const finding = findingOf(statement, report)
  const mark =
    finding === undefined
      ? ''
      : `<span class="mark ${escapeHtml(finding.level)}" title="${escapeHtml(finding.title)}">${levelMarks[finding.level]}</span>`
  const { share, total_ms, mean_ms, stddev_ms, role, label } = statement
  const percent = Math.min(100, Math.max(0, share * 100 || 0)).toFixed(1)
  return [
    '<tr>',
    `<td class="text">${mark}</td>`,
    `<td class="share"><i style="width:${percent}%"></i><span>${escapeHtml(formatShare(share))}</span></td>`,
    `<td class="text label"><a href="#s${i + 1}"><code>${escapeHtml(label)}</code></a></td>`,
    `<td class="text soft">${escapeHtml(role)}</td>`,
    ...[callsOf(statement), formatMs(mean_ms), formatMs(stddev_ms)].map(
      (text) => `<td>${escapeHtml(text)}</td>`,
    ),
    `<td${isWorse(statement) ? ' class="worse"' : ''}>${escapeHtml(trendWord(statement))}</td>`,
    `<td>${escapeHtml(formatMs(total_ms))}</td>`,
    '</tr>',
  ].join('')
}

function callsOf({ calls, exactness }: ReportStatement): string {
  return `${exactness === 'lower_bound' ? '≥ ' : ''}${formatCount(calls)}`
}

/** A card a statement: its time as a chart, all its figures, and its text. */
export function statementCards(report: Report): string[] {
  if (report.statements.length === 0) return []
  return [
    '<section>',
    '<h2>Each statement</h2>',
    ...report.statements.map((statement, i) => card(statement, i)),
    '</section>',
  ]
}

function card(statement: ReportStatement, i: number): string {
  const { label, role, queryid, text, flags } = statement
  const chips = flags.map((flag) => `<span class="chip soft">${escapeHtml(flag)}</span>`).join(' ')
  return [
    `<article class="statement" id="s${i + 1}">`,
    `<h3><code>${escapeHtml(label)}</code></h3>`,
    `<p class="soft">as ${escapeHtml(role)}, queryid ${escapeHtml(queryid)} ${chips}</p>`,
    timeChart(statement.series, label),
    `<dl>${figures(statement)
      .map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`)
      .join('')}</dl>`,
    text === null
      ? '<p class="soft">Its text is not known.</p>'
      : `<details><summary class="soft">Text</summary><pre>${escapeLines(text)}</pre></details>`,
    '</article>',
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function figures(statement: ReportStatement): [string, string][] {
  const { cache_hit, temp_blks_written, shared_blks_read } = statement
  const all: [string, string, boolean][] = [
    ['share of time', formatShare(statement.share), true],
    ['total', formatMs(statement.total_ms), true],
    ['calls', callsOf(statement), true],
    ['mean', formatMs(statement.mean_ms), true],
    ['deviation', formatMs(statement.stddev_ms), true],
    ['rows', formatCount(statement.rows), true],
    ['cache hit', cache_hit === null ? '' : formatShare(cache_hit), cache_hit !== null],
    ['read from disk', formatBytes(shared_blks_read * 8_192), shared_blks_read > 0],
    ['temporary files', formatBytes(temp_blks_written * 8_192), temp_blks_written > 0],
    ['WAL', formatBytes(statement.wal_bytes), statement.wal_bytes > 0],
    ['block I/O', formatMs(statement.io_ms), statement.io_ms > 0],
    ['planning', formatMs(statement.plan_ms), statement.plan_ms > 0],
    ['JIT', formatMs(statement.jit_ms), statement.jit_ms > 0],
    ['mean before', formatMs(statement.trend?.previous_mean_ms ?? 0), statement.trend !== null],
  ]
  return all.filter(([, , shown]) => shown).map(([name, value]) => [name, value])
}
