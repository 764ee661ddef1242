import { styleText } from 'node:util'
import { cleanLine } from '../../render/clean-text.ts'
import type { Check } from './check.ts'
import type { Diagnosis } from './diagnose.ts'

const marks = {
  ok: { sign: '✓', style: 'green' },
  warn: { sign: '!', style: 'yellow' },
  fail: { sign: '✗', style: 'red' },
} as const

const indent = '    '

/** For a terminal of any width: one paragraph a check, what to do beneath what is wrong. */
export function diagnosisText(
  diagnosis: Diagnosis,
  options: { width: number; color: boolean },
): string {
  const lines = cleaned(diagnosis).flatMap((check) => checkLines(check, options))
  return `${[...lines, '', ...wrap(summary(diagnosis), options.width)].join('\n')}\n`
}

function checkLines(check: Check, options: { width: number; color: boolean }): string[] {
  const { sign, style } = marks[check.status]
  const paint = (text: string): string =>
    options.color ? styleText(style, text, { validateStream: false }) : text
  const [first = '', ...more] = wrap(
    `${check.name}: ${check.detail}`,
    options.width - indent.length,
  )
  return [
    `  ${paint(sign)} ${first}`,
    ...more.map((line) => indent + line),
    // A remedy is there to be copied: it stays on one line, however wide.
    ...(check.remedy === '' ? [] : [`${indent}→ ${check.remedy}`]),
  ]
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`
    } else lines.push(word)
  }
  return lines
}

function summary({ checks }: Diagnosis): string {
  const count = (status: Check['status']): number =>
    checks.filter((check) => check.status === status).length
  return `${count('ok')} fine, ${count('warn')} could be better, ${count('fail')} must be mended`
}

export function diagnosisMarkdown(diagnosis: Diagnosis): string {
  const rows = cleaned(diagnosis).map(
    (check) =>
      `| ${marks[check.status].sign} | ${cell(check.name)} | ${cell(check.detail)} | ${cell(check.remedy)} |`,
  )
  return `${[
    '# Supascope doctor',
    '',
    '|  | check | found | remedy |',
    '|---|---|---|---|',
    ...rows,
    '',
    summary(diagnosis),
  ].join('\n')}\n`
}

/** Role and database names are anybody's text: a terminal must not obey them. */
function cleaned({ checks }: Diagnosis): Check[] {
  return checks.map((check) => ({
    ...check,
    detail: cleanLine(check.detail),
    remedy: cleanLine(check.remedy),
  }))
}

function cell(text: string): string {
  return text.replace(/[\\|<>[\]*_]/g, '\\$&').replace(/\s+/g, ' ')
}
