import type { Notice } from '../../notice.ts'
import { escapeHtml, escapeLines } from '../html/escape.ts'
import { code, codeBlock, prose } from '../markdown/escape.ts'
import { type NoticeItem, outlineNotice } from './notice-outline.ts'

/** What a notice can be rendered as, beside the forms of the chats. */
export type NoticeFormat = 'text' | 'markdown' | 'html' | 'json'

/** Renders a notice for a terminal, a file, a mail or a step summary. Ends in a line feed. */
export function renderNotice(notice: Notice, format: NoticeFormat): string {
  switch (format) {
    case 'text':
      return asText(notice)
    case 'markdown':
      return asMarkdown(notice)
    case 'html':
      return asHtml(notice)
    case 'json':
      return `${JSON.stringify(notice, null, 2)}\n`
  }
}

/** `[supascope] postgres: 2 new; open: 1 error, 3 warnings` */
export function noticeSubject(notice: Notice): string {
  const { title, summary } = outlineNotice(notice)
  return `[supascope] ${title}: ${summary}`.slice(0, 300).toWellFormed()
}

function leftOutWords(count: number): string {
  return `… and ${count} more left out: supascope check and supascope report show all.`
}

function asText(notice: Notice): string {
  const { title, summary, facts, sections, leftOut } = outlineNotice(notice)
  const lines = [
    title,
    summary,
    ...facts.map((fact) => `· ${fact}`),
    ...sections.flatMap(({ heading, items }) => ['', heading, ...items.flatMap(textItem)]),
    ...(leftOut > 0 ? ['', leftOutWords(leftOut)] : []),
  ]
  // A log of GitHub Actions obeys commands in what is printed.
  return `${lines.join('\n').replaceAll('##[', '## [')}\n`
}

/** A bar before what spans lines, so that no line can begin with what some reader obeys. */
function textItem({ mark, title, subject, summary, detail, remedy }: NoticeItem): string[] {
  return [
    `${mark} ${[title, subject, summary].filter(Boolean).join(' · ')}`,
    ...(detail === '' ? [] : [`  │ ${detail}`]),
    ...remedy.flatMap(({ text }) => text.split('\n').map((line) => `  │ ${line}`)),
  ]
}

function asMarkdown(notice: Notice): string {
  const { title, summary, facts, sections, leftOut } = outlineNotice(notice)
  const blocks = [
    [`# ${prose(title)}`],
    [`**${prose(summary)}**`],
    ...facts.map((fact) => [prose(fact)]),
    ...sections.flatMap(({ heading, items }) => [
      [`## ${prose(heading)}`],
      ...items.flatMap(markdownItem),
    ]),
    ...(leftOut > 0 ? [[leftOutWords(leftOut)]] : []),
  ]
  return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`
}

function markdownItem({ mark, title, subject, summary, detail, remedy }: NoticeItem): string[][] {
  const about = [`**${prose(title) || '–'}**`, code(subject), prose(summary)].filter(Boolean)
  return [
    [`${mark} ${about.join(' ')}`],
    ...(detail === '' ? [] : [[prose(detail)]]),
    ...remedy.map(({ text, isSql }) => (isSql ? codeBlock(text, 'sql') : [prose(text)])),
  ]
}

function asHtml(notice: Notice): string {
  const { title, summary, facts, sections, leftOut } = outlineNotice(notice)
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>`,
    '<body style="font:14px/1.5 system-ui,sans-serif;max-width:48em;margin:1em auto;padding:0 1em">',
    `<h1 style="font-size:18px">${escapeHtml(title)}</h1>`,
    `<p><strong>${escapeHtml(summary)}</strong></p>`,
    ...facts.map((fact) => `<p style="color:#57606a;margin:0">${escapeHtml(fact)}</p>`),
    ...sections.flatMap(({ heading, items }) => [
      `<h2 style="font-size:15px">${escapeHtml(heading)}</h2>`,
      ...items.map(htmlItem),
    ]),
    ...(leftOut > 0 ? [`<p>${leftOutWords(leftOut)}</p>`] : []),
    '</body></html>',
    '',
  ].join('\n')
}

function htmlItem({ mark, title, subject, summary, detail, remedy }: NoticeItem): string {
  const about = subject === '' ? '' : ` <code>${escapeHtml(subject)}</code>`
  return [
    `<p style="margin:.6em 0 0">${mark} <strong>${escapeHtml(title)}</strong>${about} ${escapeHtml(summary)}</p>`,
    ...(detail === '' ? [] : [`<p style="margin:0">${escapeHtml(detail)}</p>`]),
    ...remedy.map(({ text, isSql }) =>
      isSql
        ? `<pre style="background:#f6f8fa;padding:.5em;overflow:auto">${escapeLines(text)}</pre>`
        : `<p style="margin:0">${escapeHtml(text)}</p>`,
    ),
  ].join('\n')
}
