import type { Notice } from '../../notice.ts'
import { cutEscaped, partLinks } from '../cut-text.ts'
import { type NoticeItem, type NoticeSection, outlineNotice } from '../notice/notice-outline.ts'
import { type Packable, pack } from '../pack.ts'
import { escapeCode, escapeMrkdwn } from './escape.ts'

/** What an incoming webhook takes. */
export interface SlackPayload {
  /** For notifications, and where blocks can't be shown. */
  text: string
  blocks: SlackBlock[]
  unfurl_links: false
  unfurl_media: false
}

export type SlackBlock =
  | { type: 'header'; text: { type: 'plain_text'; text: string; emoji: false } }
  | { type: 'section'; text: SlackText }
  | { type: 'context'; elements: SlackText[] }

/** `verbatim`: names, channels and addresses in it are not made into links. */
export interface SlackText {
  type: 'mrkdwn'
  text: string
  verbatim: true
}

/** Slack's limits: blocks of a message, characters of a header and of a section. */
const most = { blocks: 50, header: 150, section: 3_000 }
/** Bytes of all blocks; beyond some 13,000 characters Slack refuses a message without a reason. */
const room = 12_000
/** Blocks and bytes for head and foot. */
const frame = { blocks: 4, bytes: 3_000 }

/** Renders a notice within all limits of Slack; what finds no room is counted. */
export function renderSlack(notice: Notice): SlackPayload {
  const outline = outlineNotice(notice)
  const { shown, leftOut } = pack(outline.sections.flatMap(sectionBlocks), bytesOf, {
    room: room - frame.bytes,
    most: most.blocks - frame.blocks,
  })
  const facts = say(outline.facts.join('\n'), 400)
  const summary = say(outline.summary, 300)
  return {
    text: `${say(outline.title, 200)}: ${summary}`,
    blocks: [
      header(outline.title),
      { type: 'section', text: mrkdwn(`*${summary}*`) },
      ...(facts === '' ? [] : [context(facts)]),
      ...shown,
      ...foot(leftOut + outline.leftOut),
    ],
    unfurl_links: false,
    unfurl_media: false,
  }
}

function header(title: string): SlackBlock {
  return {
    type: 'header',
    text: {
      type: 'plain_text',
      text: cutEscaped(partLinks(title), most.header, withoutMentions),
      emoji: false,
    },
  }
}

/** A header is shown as it is, but Slack reads names in it for notifications. */
function withoutMentions(text: string): string {
  return text.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('@', '@\u2060')
}

function foot(leftOut: number): SlackBlock[] {
  if (leftOut === 0) return []
  return [
    context(
      `… and ${leftOut} more left out: \`supascope check\` and \`supascope report\` show all.`,
    ),
  ]
}

function sectionBlocks({ heading, items }: NoticeSection): Packable<SlackBlock>[] {
  return items.map((item, i) => {
    const prefix = i === 0 ? `*${escapeMrkdwn(heading)}*\n` : ''
    const block = (body: string): SlackBlock => ({ type: 'section', text: mrkdwn(prefix + body) })
    return { full: block(fullText(item)), short: block(shortText(item)) }
  })
}

function shortText({ mark, title, subject }: NoticeItem): string {
  const about = subject === '' ? '' : ` \`${cutEscaped(subject, 120, escapeCode)}\``
  return `${mark} *${say(title, 150)}*${about}`
}

function fullText(item: NoticeItem): string {
  const subject = item.subject === '' ? '' : ` \`${cutEscaped(item.subject, 400, escapeCode)}\``
  const summary = item.summary === '' ? '' : ` ${say(item.summary, 400)}`
  const detail = item.detail === '' ? [] : [say(item.detail, 800)]
  // What to do first; the rest is on the finding's page.
  const remedy = item.remedy
    .slice(0, 2)
    .map(({ text, isSql }) =>
      isSql
        ? `\`\`\`${cutEscaped(text, 500, escapeCode)}\`\`\``
        : say(text.replaceAll('\n', ' '), 400),
    )
  const title = `${item.mark} *${say(item.title, 150)}*${subject}${summary}`
  return [title, ...detail, ...remedy].join('\n')
}

function mrkdwn(text: string): SlackText {
  return { type: 'mrkdwn', text, verbatim: true }
}

function context(text: string): SlackBlock {
  return { type: 'context', elements: [mrkdwn(text)] }
}

function bytesOf(block: SlackBlock): number {
  return new TextEncoder().encode(JSON.stringify(block)).length + 1
}

function say(text: string, limit: number): string {
  return cutEscaped(partLinks(text), limit, escapeMrkdwn)
}
