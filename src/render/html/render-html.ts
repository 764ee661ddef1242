import type { Report } from '../../report.ts'
import {
  completenessSentence,
  lifetimeNotice,
  marksSentence,
  totalsSentence,
  windowSentence,
} from '../report-words.ts'
import { escapeHtml } from './escape.ts'
import { findingList } from './finding-list.ts'
import { statementCards, statementTable } from './statements.ts'
import { styleSheet } from './style.ts'

/** Nothing may load and nothing may run: the page is its own text, style and drawings. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

/** Renders a report as one HTML file that works from disk, without scripts. */
export function renderHtml(report: Report): string {
  const title = `Slow queries of ${escapeHtml(report.database.name)}`
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${title}</title>`,
    `<style>${styleSheet}</style>`,
    '</head>',
    '<body>',
    ...head(report, title),
    '<main>',
    ...findingList(report),
    ...statementTable(report),
    ...statementCards(report),
    ...notSeen(report),
    '</main>',
    ...foot(report),
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function head(report: Report, title: string): string[] {
  const notice = lifetimeNotice(report)
  const marks = marksSentence(report)
  const { complete } = report.completeness
  const state = escapeHtml(completenessSentence(report))
  return [
    '<header>',
    `<h1>${title}</h1>`,
    `<p><strong>${escapeHtml(windowSentence(report.window))}</strong></p>`,
    `<p class="soft">${escapeHtml(totalsSentence(report))}${complete ? `; ${state}` : ''}</p>`,
    ...(marks === null ? [] : [`<p class="soft">${escapeHtml(marks)}</p>`]),
    ...(complete ? [] : [`<p class="notice">${state}</p>`]),
    ...(notice === null ? [] : [`<p class="notice">${escapeHtml(notice)}</p>`]),
    '</header>',
  ]
}

function notSeen({ not_seen, completeness }: Report): string[] {
  const lines = [
    ...completeness.reasons.map((reason) => `<li>Incomplete: ${escapeHtml(reason)}.</li>`),
    ...not_seen.map(({ why, remedy }) => {
      const cure = remedy === '' ? '' : `<br><span class="soft">${escapeHtml(remedy)}</span>`
      return `<li>${escapeHtml(why)}${cure}</li>`
    }),
  ]
  if (lines.length === 0) return []
  return [
    '<section>',
    '<h2>What this report does not see</h2>',
    '<ul>',
    ...lines,
    '</ul>',
    '</section>',
  ]
}

function foot({ generated_at, database }: Report): string[] {
  const server = `Postgres ${database.server_version}, pg_stat_statements ${database.extension_version}`
  return [
    '<footer>',
    `<p class="soft">Made by Supascope at ${escapeHtml(generated_at)} from ${escapeHtml(server)}.</p>`,
    '</footer>',
  ]
}
