import { type Finding, type FindingLevel, findingLevels } from '../../finding.ts'
import type { GoneFinding, Notice } from '../../notice.ts'
import { formatCount, formatMs, formatShare, formatTime, plural } from '../../quantity.ts'
import { cleanLine, cleanLines } from '../clean-text.ts'
import { findingSubject } from '../report-words.ts'
import { type RemedyPart, splitRemedy } from '../split-remedy.ts'
import { levelMarks } from '../text/style.ts'

/** A notice as every place shows it, before anything is escaped. */
export interface NoticeOutline {
  /** `Slow queries of postgres` */
  title: string
  /** `3 new, 1 worse, 2 resolved; 9 open (1 error, 8 warnings)` */
  summary: string
  /** Window and figures of the whole, a sentence each. */
  facts: string[]
  sections: NoticeSection[]
  /** Findings for which the notice itself had no room. */
  leftOut: number
  /** The most severe level of what is new or worse; null if nothing is. */
  worst: FindingLevel | null
}

export interface NoticeSection {
  heading: string
  items: NoticeItem[]
}

export interface NoticeItem {
  mark: string
  level: FindingLevel | null
  title: string
  /** What it is about; may be empty. */
  subject: string
  /** One line of figures; may be empty. */
  summary: string
  /** Sentences; empty where a line is enough. */
  detail: string
  remedy: RemedyPart[]
}

/** From so many changes on they are counted by rule, and only the worst are told one by one. */
const digestFrom = 12
const worstOfDigest = 5
const mostStill = 10

/** Orders what a notice has to say by what people must see first. */
export function outlineNotice(notice: Notice): NoticeOutline {
  const news = [...notice.appeared, ...notice.worse]
  const isDigest = news.length + notice.resolved.length >= digestFrom
  return {
    title: titleOf(notice),
    summary: summaryOf(notice),
    facts: [...windowFact(notice), ...notice.facts.map((fact) => cleanLine(fact, 300))].filter(
      Boolean,
    ),
    sections: [
      ...(isDigest ? digest(notice, news) : changes(notice)),
      ...stillOpen(notice, news.length === 0),
      ...statements(notice),
    ].filter(({ items }) => items.length > 0),
    leftOut: notice.left_out,
    worst: findingLevels.find((level) => news.some((one) => one.level === level)) ?? null,
  }
}

const titles: Readonly<Record<Notice['kind'], string>> = {
  report: 'Slow queries of',
  check: 'Findings in',
  budgets: 'Budgets of',
  test: 'A test message from Supascope for',
}

function titleOf(notice: Notice): string {
  return `${titles[notice.kind]} ${cleanLine(notice.database, 120)}`
}

function summaryOf(notice: Notice): string {
  if (notice.kind === 'test') return 'This place can be reached. Nothing is wrong.'
  const { appeared, worse, resolved, open } = notice
  const changed = [
    appeared.length > 0 ? `${formatCount(appeared.length)} new` : '',
    worse.length > 0 ? `${formatCount(worse.length)} worse` : '',
    resolved.length > 0 ? `${formatCount(resolved.length)} resolved` : '',
  ].filter(Boolean)
  return `${changed.join(', ') || 'nothing changed'}; ${openWords(open)}`
}

function openWords(open: Notice['open']): string {
  const words = [
    open.ERROR > 0 ? plural(open.ERROR, 'error') : '',
    open.WARN > 0 ? plural(open.WARN, 'warning') : '',
    open.INFO > 0 ? plural(open.INFO, 'remark') : '',
  ].filter(Boolean)
  return words.length === 0 ? 'nothing is open' : `open: ${words.join(', ')}`
}

function windowFact({ window }: Notice): string[] {
  if (window === null) return []
  const to = formatTime(window.to)
  return [window.from === null ? `until ${to}` : `${formatTime(window.from)} – ${to}`]
}

function changes({ appeared, worse, resolved }: Notice): NoticeSection[] {
  return [
    { heading: 'New', items: appeared.map((finding) => findingItem(finding, true)) },
    { heading: 'Worse', items: worse.map((finding) => findingItem(finding, true)) },
    { heading: 'Resolved', items: resolved.map(goneItem) },
  ]
}

function digest({ appeared, worse, resolved }: Notice, news: Finding[]): NoticeSection[] {
  const counted = (what: string, all: readonly { title: string; level: FindingLevel }[]) =>
    [...Map.groupBy(all, ({ title }) => cleanLine(title, 120))]
      .toSorted(([, a], [, b]) => b.length - a.length)
      .map(([title, group]) => ({ ...plain, title, summary: `${group.length} ${what}` }))
  const worst = news.toSorted(
    (a, b) => findingLevels.indexOf(a.level) - findingLevels.indexOf(b.level),
  )
  return [
    {
      heading: 'The worst of it',
      items: worst.slice(0, worstOfDigest).map((finding) => findingItem(finding, false)),
    },
    {
      heading: 'By kind',
      items: [
        ...counted('new', appeared),
        ...counted('worse', worse),
        ...counted('resolved', resolved),
      ],
    },
  ]
}

function counts(findings: readonly Finding[]): string {
  return findings.length > 0 ? ` (${formatCount(findings.length)})` : ''
}

function stillOpen({ still }: Notice, isAllThereIs: boolean): NoticeSection[] {
  const shown = still.slice(0, mostStill)
  const items = shown.map((finding) => findingItem(finding, isAllThereIs))
  return [{ heading: `Still open${counts(still)}`, items }]
}

function statements(notice: Notice): NoticeSection[] {
  const items = notice.statements.map(({ label, share, calls, mean_ms, role }) => ({
    ...plain,
    title: formatShare(share),
    subject: cleanLine(label, 200),
    summary: `${plural(calls, 'call')}, ${formatMs(mean_ms)} each, as ${cleanLine(role, 60)}`,
  }))
  return [{ heading: 'Where the time went', items }]
}

const plain: NoticeItem = {
  mark: '•',
  level: null,
  title: '',
  subject: '',
  summary: '',
  detail: '',
  remedy: [],
}

function findingItem(finding: Finding, inFull: boolean): NoticeItem {
  const { label, role, summary } = findingSubject(finding)
  return {
    mark: levelMarks[finding.level] ?? '•',
    level: finding.level,
    title: cleanLine(finding.title, 120),
    subject: label === cleanLine(finding.title, 400) ? '' : label,
    summary: [summary, role === '' ? '' : `as ${role}`].filter(Boolean).join(', '),
    detail: inFull ? cleanLine(finding.detail, 1_500) : '',
    remedy: inFull ? splitRemedy(cleanLines(finding.remediation, 4_000)) : [],
  }
}

function goneItem({ level, title, subject, how, detail }: GoneFinding): NoticeItem {
  return {
    ...plain,
    mark: '✔',
    level,
    title: cleanLine(title, 120),
    subject: cleanLine(subject, 300),
    summary: how === 'gone' ? 'no longer seen' : '',
    detail: cleanLine(detail, 500),
  }
}
