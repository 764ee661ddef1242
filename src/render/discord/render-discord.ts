import type { FindingLevel } from '../../finding.ts'
import type { Notice } from '../../notice.ts'
import { cutEscaped, partLinks } from '../cut-text.ts'
import { type NoticeItem, type NoticeSection, outlineNotice } from '../notice/notice-outline.ts'
import { type Packable, pack } from '../pack.ts'
import { escapeCode, escapeDiscord } from './escape.ts'

/** What a webhook of Discord takes. */
export interface DiscordPayload {
  content: string
  embeds: DiscordEmbed[]
  /** Nobody is ever pinged, whatever the text holds. */
  allowed_mentions: { parse: [] }
}

export interface DiscordEmbed {
  title?: string
  description?: string
  color: number
  fields: DiscordField[]
  footer?: { text: string }
}

export interface DiscordField {
  name: string
  value: string
}

/** Discord's limits; `total` is the characters of all embeds together. */
const most = { embeds: 10, fields: 25, name: 256, value: 1_024, description: 4_096, total: 6_000 }
/** Characters for title, description and footer. */
const frame = 1_600

const colors: Readonly<Record<FindingLevel, number>> = {
  ERROR: 0xd1_24_2f,
  WARN: 0xd4_a7_2c,
  INFO: 0x21_8b_ff,
}
const calm = 0x2d_a4_4e

/** Renders a notice within all limits of Discord; what finds no room is counted. */
export function renderDiscord(notice: Notice): DiscordPayload {
  const outline = outlineNotice(notice)
  const { shown, leftOut } = pack(outline.sections.flatMap(sectionFields), sizeOf, {
    room: most.total - frame,
    most: most.embeds * most.fields,
  })
  const color = outline.worst === null ? calm : colors[outline.worst]
  const summary = say(outline.summary, 400)
  const facts = outline.facts.slice(0, 4).map((fact) => say(fact, 200))
  const [first = [], ...others] = inChunks(shown, most.fields)
  const missing = leftOut + outline.leftOut
  const head: DiscordEmbed = {
    title: say(outline.title, most.name),
    description: `**${summary}**${facts.map((fact) => `\n${fact}`).join('')}`,
    color,
    fields: first,
    ...(missing > 0
      ? { footer: { text: `… and ${missing} more left out: supascope check and report show all.` } }
      : {}),
  }
  return {
    content: '',
    embeds: [head, ...others.map((fields) => ({ color, fields }))],
    allowed_mentions: { parse: [] },
  }
}

function sectionFields({ heading, items }: NoticeSection): Packable<DiscordField>[] {
  return items.map((item) => {
    const title = `${heading}: ${item.mark} ${item.title}`
    const name = say(title, most.name)
    const short = subjectOf(item, 150) || say(item.summary, 150) || '–'
    return { full: { name, value: fullValue(item) || '–' }, short: { name, value: short } }
  })
}

function fullValue(item: NoticeItem): string {
  const remedy = item.remedy
    .slice(0, 1)
    .map(({ text, isSql }) =>
      isSql
        ? `\`\`\`sql\n${cutEscaped(text, 180, escapeCode)}\n\`\`\``
        : say(text.replaceAll('\n', ' '), 180),
    )
  return [subjectOf(item, 200), say(item.summary, 200), say(item.detail, 350), ...remedy]
    .filter(Boolean)
    .join('\n')
}

function subjectOf({ subject }: NoticeItem, limit: number): string {
  return subject === '' ? '' : `\`${cutEscaped(subject, limit, escapeCode)}\``
}

function sizeOf({ name, value }: DiscordField): number {
  return name.length + value.length
}

function inChunks<T>(all: readonly T[], size: number): T[][] {
  const count = Math.ceil(all.length / size)
  return Array.from({ length: count }, (_, i) => all.slice(i * size, (i + 1) * size))
}

function say(text: string, limit: number): string {
  return cutEscaped(partLinks(text), limit, escapeDiscord)
}
