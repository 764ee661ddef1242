import type { Finding } from '../../finding.ts'
import type { Report } from '../../report.ts'
import { evidenceWords, findingSubject } from '../report-words.ts'
import { splitRemedy } from '../split-remedy.ts'
import { levelMarks } from '../text/style.ts'
import { escapeHtml, escapeLines } from './escape.ts'

/** Every finding on a line of its own, which opens to its figures and what to do. */
export function findingList({ findings, statements }: Report): string[] {
  if (findings.length === 0) {
    return statements.length === 0
      ? []
      : ['<section>', '<p>Nothing needs attention.</p>', '</section>']
  }
  return [
    '<section>',
    '<h2>What needs attention</h2>',
    '<ul class="findings">',
    ...findings.map((finding) => item(finding)),
    '</ul>',
    '</section>',
  ]
}

function item(finding: Finding): string {
  const { label, role, summary } = findingSubject(finding)
  const { level, title, detail } = finding
  return [
    `<li class="${escapeHtml(level)}"><details>`,
    '<summary>',
    `<span class="mark" title="${escapeHtml(level)}" aria-label="${escapeHtml(level)}">${levelMarks[level]}</span>`,
    `<span class="mark">${escapeHtml(title)}</span>`,
    `<code>${escapeHtml(label)}</code>`,
    `<span class="soft">${escapeHtml(role)}</span>`,
    `<span>${escapeHtml(summary)}</span>`,
    '</summary>',
    '<div class="more">',
    `<p>${escapeHtml(detail)}</p>`,
    `<p class="soft">${escapeHtml(evidenceWords(finding).join(' · '))}</p>`,
    ...splitRemedy(finding.remediation).map((part) =>
      part.isSql ? `<pre>${escapeLines(part.text)}</pre>` : `<p>${escapeHtml(part.text)}</p>`,
    ),
    '</div>',
    '</details></li>',
  ].join('\n')
}
