import { createHash } from 'node:crypto'
import { type Finding, type FindingLevel, findingLevels } from '../finding.ts'
import type { GoneFinding, Notice, NoticeKind, NoticeStatement } from '../notice.ts'
import type { Report } from '../report.ts'
import type { SinkRules } from '../sink.ts'

/** A result that is to be told. */
export interface DeliverableResult {
  kind: NoticeKind
  /** Results of the same job are compared with each other. */
  job: string
  /**
   * What makes this result one and the same, however often it is handed over: the firing's planned
   * time, or begin and end of the window.
   */
  windowKey: string
  database: string
  /** ISO 8601 */
  at: string
  window: Notice['window']
  findings: readonly Finding[]
  /** Adds its figures to the notice. */
  report?: Report
  /** Sentences on the whole, beside those of the report. */
  facts?: readonly string[]
  /** Rules that could not judge this time: that they found nothing proves nothing. */
  skippedRules?: readonly string[]
}

/** What the outbox keeps of a result: enough to make the same notice of it in another process. */
export interface NoticeSource extends Pick<Notice, 'kind' | 'job' | 'database' | 'at' | 'window'> {
  facts: string[]
  statements: NoticeStatement[]
  /** The most severe, whole. */
  findings: Finding[]
  /** Every finding, in short, by its cacheKey. */
  known: Record<string, KnownFinding>
  /** False if there were more than `known` has room for. */
  complete: boolean
  skippedRules: string[]
}

export interface KnownFinding {
  rule: string
  level: FindingLevel
  title: string
  subject: string
  isOpen: boolean
}

/** What a place was told to be open, by cacheKey. */
export type Told = Record<string, Omit<KnownFinding, 'isOpen'>>

const most = { findings: 200, known: 2_000, statements: 5 }

/** Bounds a result, so that a row of the outbox stays small whatever the database holds. */
export function noticeSource(result: DeliverableResult): NoticeSource {
  const { kind, job, database, at, window, report, findings } = result
  const ranked = findings.toSorted((a, b) => rank(a.level) - rank(b.level))
  const known = ranked.slice(0, most.known).map((finding) => [finding.cacheKey, shortly(finding)])
  return storable({
    kind,
    job,
    database,
    at,
    window,
    facts: [...(result.facts ?? []), ...(report === undefined ? [] : reportFacts(report))],
    statements: (report?.statements ?? []).slice(0, most.statements).map((one) => ({
      label: cut(one.label, 200),
      role: cut(one.role, 63),
      share: one.share,
      calls: one.calls,
      mean_ms: one.mean_ms,
    })),
    findings: ranked.slice(0, most.findings).map(bounded),
    known: Object.fromEntries(known),
    complete: findings.length <= most.known,
    skippedRules: [...(result.skippedRules ?? [])],
  })
}

/** Postgres stores neither NUL nor half a surrogate pair. */
function storable<T>(value: T): T
function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', ' ')
  if (Array.isArray(value)) return value.map((one) => storable(one))
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value)
  return Object.fromEntries(entries.map(([key, one]) => [storable(key), storable(one)]))
}

function shortly(finding: Finding): KnownFinding {
  const { name, level, title, metadata, state } = finding
  const subject = cut(String(metadata.name ?? ''), 120)
  return { rule: name, level, title: cut(title, 120), subject, isOpen: state === 'open' }
}

function bounded(finding: Finding): Finding {
  return {
    ...finding,
    detail: cut(finding.detail, 2_000),
    remediation: cut(finding.remediation, 4_000),
  }
}

function cut(text: string, limit: number): string {
  return text.slice(0, limit)
}

function reportFacts({ totals, completeness, window }: Report): string[] {
  const seconds = (totals.total_ms / 1_000).toFixed(1)
  const source =
    window.source === 'lifetime' ? 'since the reset of the statistics' : 'in the window'
  return [
    `${totals.calls} calls of ${totals.statements} statements took ${seconds} s ${source}`,
    ...(completeness.complete
      ? []
      : [`incomplete: ${cut(completeness.reasons[0] ?? 'see the report', 200)}`]),
  ]
}

/**
 * Makes the notice for a place: what is new, worse or resolved since it was told last.
 *
 * @param told - What it was told last; null if never, or if that is not known.
 */
export function noticeFor(
  source: NoticeSource,
  sink: Pick<SinkRules, 'level'>,
  told: Told | null,
): { notice: Notice; nowTold: Told; hasNews: boolean } {
  const atLevel = Object.entries(source.known).filter(
    ([, one]) => one.isOpen && rank(one.level) <= rank(sink.level.toUpperCase()),
  )
  const open = new Map(atLevel)
  const listed = source.findings.filter(({ cacheKey }) => open.has(cacheKey))
  const before = (key: string): Told[string] | undefined =>
    told !== null && Object.hasOwn(told, key) ? told[key] : undefined
  const isWorse = (finding: Finding): boolean =>
    rank(finding.level) < rank(before(finding.cacheKey)?.level ?? 'ERROR')
  const old = listed.filter(({ cacheKey }) => before(cacheKey) !== undefined)
  const { gone, carried } = goneSince(source, told ?? {})
  const { kind, job, database, at, window, facts, statements } = source
  const hasNews =
    gone.length > 0 ||
    atLevel.some(([key, { level }]) => rank(level) < rank(before(key)?.level ?? 'never'))
  return {
    hasNews,
    notice: {
      schema: 1,
      kind,
      job,
      database,
      at,
      window,
      facts,
      statements,
      open: countLevels([...open.values()]),
      appeared: listed.filter(({ cacheKey }) => before(cacheKey) === undefined),
      worse: old.filter(isWorse),
      resolved: gone.slice(0, most.findings),
      still: old.filter((finding) => !isWorse(finding)),
      left_out: open.size - listed.length + Math.max(0, gone.length - most.findings),
    },
    nowTold: { ...carried, ...Object.fromEntries(atLevel.map(toTold)) },
  }
}

function toTold([key, one]: [string, KnownFinding]): [string, Told[string]] {
  const { isOpen: _, ...rest } = one
  return [key, rest]
}

/** What was told and is open no more, and what nobody could look for. */
function goneSince(source: NoticeSource, told: Told): { gone: GoneFinding[]; carried: Told } {
  const gone: GoneFinding[] = []
  const carried = new Map<string, Told[string]>()
  const ended = new Map(
    source.findings.filter(({ state }) => state === 'resolved').map((one) => [one.cacheKey, one]),
  )
  for (const [cacheKey, one] of Object.entries(told)) {
    const { level, title, subject, rule } = one
    const end = ended.get(cacheKey)
    if (end !== undefined) {
      gone.push({ cacheKey, level, title, subject, how: 'resolved', detail: end.detail })
    } else if (!Object.hasOwn(source.known, cacheKey)) {
      // Acknowledged or milder findings are known still: nothing is said about them.
      const isSure = source.complete && !source.skippedRules.includes(rule)
      if (isSure) gone.push({ cacheKey, level, title, subject, how: 'gone', detail: '' })
      else carried.set(cacheKey, one)
    }
  }
  return { gone, carried: Object.fromEntries(carried) }
}

function countLevels(findings: readonly { level: FindingLevel }[]): Notice['open'] {
  const count = (level: FindingLevel): number =>
    findings.filter((finding) => finding.level === level).length
  return { ERROR: count('ERROR'), WARN: count('WARN'), INFO: count('INFO') }
}

/** 0 is the most severe; what is no level comes after all. */
function rank(level: string): number {
  const place = (findingLevels as readonly string[]).indexOf(level)
  return place < 0 ? findingLevels.length : place
}

/** Whether a place wants this notice. */
export function isWanted(notice: Notice, hasNews: boolean, when: SinkRules['when']): boolean {
  if (when === 'always' || hasNews || notice.kind === 'test') return true
  return when === 'on-findings' && notice.open.ERROR + notice.open.WARN + notice.open.INFO > 0
}

/** The same for the same job, window and place, in every process and at every attempt. */
export function deliveryId(job: string, windowKey: string, sink: string): string {
  const hash = createHash('sha256').update(JSON.stringify([job, windowKey, sink]))
  return `msg_${hash.digest('base64url').slice(0, 32)}`
}
