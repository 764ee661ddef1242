import type { CheckReport } from '../../check-report.ts'
import { cleanLine } from '../clean-text.ts'
import { code, prose } from '../markdown/escape.ts'
import { findingSection } from '../markdown/finding-section.ts'
import { table } from '../markdown/table.ts'
import { findingSubject } from '../report-words.ts'
import {
  countsSentence,
  examinedSentence,
  openFindings,
  skippedGroups,
  statisticsSentence,
  subjectName,
} from './check-words.ts'

/** Renders a check as Markdown: for a pull request, a step summary, a mail. */
export function renderCheckMarkdown(report: CheckReport): string {
  const { name, server_version } = report.database
  const facts = [
    `Postgres ${prose(server_version)}`,
    prose(statisticsSentence(report)),
    examinedSentence(report),
  ]
  const blocks = [
    [`# Check of ${prose(name)}`],
    [`**${countsSentence(report)}**; ${facts.filter(Boolean).join(', ')}.`],
    ...overview(report),
    ...openFindings(report).flatMap((finding) => findingSection(finding, subjectName(finding))),
    ...notExamined(report),
  ]
  return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`
}

function overview(report: CheckReport): string[][] {
  const open = openFindings(report)
  if (open.length === 0) return [['Nothing needs attention.']]
  const rows = open.map((finding) => [
    finding.level,
    prose(finding.title),
    code(subjectName(finding)),
    prose(findingSubject(finding).summary),
  ])
  return [['## What needs attention'], table(['', 'trouble', 'object', 'figures'], rows)]
}

function notExamined({ skipped }: CheckReport): string[][] {
  if (skipped.length === 0) return []
  const lines = skippedGroups(skipped).map(({ why, remedy, rules }) => {
    const end = remedy === '' ? '.' : ` → ${prose(cleanLine(remedy))}`
    return `- ${rules.map((rule) => code(rule)).join(', ')}: ${prose(cleanLine(why))}${end}`
  })
  return [['## What was not examined'], lines]
}
