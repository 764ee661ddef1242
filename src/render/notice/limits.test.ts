import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { discordError, mayPing } from '../../../test/deliver/discord-contract.ts'
import { slackError, slackPowers } from '../../../test/deliver/slack-contract.ts'
import { anyNotice } from '../../../test/fixtures/any-notice.ts'
import type { Notice } from '../../notice.ts'
import { renderDiscord } from '../discord/render-discord.ts'
import { renderAnnotations } from '../github/render-annotations.ts'
import { renderSlack } from '../slack/render-slack.ts'
import { noticeSubject, renderNotice } from './render-notice.ts'

const runs = { numRuns: 300 }

/** Everything that a payload says. */
function texts(payload: unknown): string {
  const found: string[] = []
  JSON.parse(JSON.stringify(payload), (_, value) => {
    if (typeof value === 'string') found.push(value)
    return value
  })
  return found.join('\n')
}

test('Slack takes every notice, and none of them pings, links or hides', () => {
  fc.assert(
    fc.property(anyNotice, (notice) => {
      const payload = renderSlack(notice)
      const body = JSON.stringify(payload)
      assert.equal(slackError(body), null)
      assert.ok(Buffer.byteLength(JSON.stringify(payload.blocks)) <= 12_000)
      assert.deepEqual(slackPowers(body), [])
      assert.doesNotMatch(texts(payload), /(?!\n|\u2060)[\p{Cc}\p{Cf}\p{Cs}]|undefined|NaN/u)
    }),
    runs,
  )
})

test('Discord takes every notice, and none of them pings', () => {
  fc.assert(
    fc.property(anyNotice, (notice) => {
      const payload = renderDiscord(notice)
      const body = JSON.stringify(payload)
      assert.equal(discordError(body), null)
      assert.equal(mayPing(body), false)
      const prose = texts(payload).replace(/(?<!\\)(```|`).*?\1/gs, '')
      assert.doesNotMatch(prose, /@(everyone|here)|(?<!\\)<@|:\/\//)
      assert.doesNotMatch(texts(payload), /(?!\n|\u2060)[\p{Cc}\p{Cf}\p{Cs}]|undefined|NaN/u)
    }),
    runs,
  )
})

/** Findings of which a text says that they are left out. */
function leftOut(text: string): number {
  return Number(/… and (\d+) more left out/.exec(text)?.[1] ?? 0)
}

function finding(i: number, detail = 'It takes long.'): Notice['appeared'][number] {
  return {
    name: 'slow_statement',
    title: `Slow statement ${i}`,
    level: 'WARN',
    categories: ['PERFORMANCE'],
    detail,
    remediation: '',
    metadata: { name: `label-${i}-end` },
    cacheKey: String(i),
    evidence: {},
    state: 'open',
  }
}

function notice(parts: Partial<Notice>): Notice {
  return {
    schema: 1,
    kind: 'check',
    job: 'check',
    database: 'app',
    at: '2026-11-23T02:30:00Z',
    window: null,
    facts: [],
    statements: [],
    open: { ERROR: 0, WARN: 0, INFO: 0 },
    appeared: [],
    worse: [],
    resolved: [],
    still: [],
    left_out: 0,
    ...parts,
  }
}

test('what finds no room is counted, in both chats', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 11 }),
      fc.integer({ min: 0, max: 1_500 }),
      fc.nat(500),
      (count, length, before) => {
        const appeared = Array.from({ length: count }, (_, i) => finding(i, 'é'.repeat(length)))
        const told = notice({ appeared, left_out: before })
        for (const text of [texts(renderSlack(told)), texts(renderDiscord(told))]) {
          const shown = appeared.filter((_, i) => text.includes(`label-${i}-end`)).length
          assert.equal(shown + leftOut(text), count + before)
        }
      },
    ),
    runs,
  )
})

test('a long text gives way before a finding does', () => {
  const appeared = Array.from({ length: 11 }, (_, i) => finding(i, 'x'.repeat(1_500)))
  for (const render of [renderSlack, renderDiscord]) {
    const text = texts(render(notice({ appeared })))
    assert.equal(leftOut(text), 0)
    for (let i = 0; i < 11; i += 1) assert.match(text, new RegExp(`label-${i}-end`))
  }
})

test('many changes become a digest: the worst, and the others by kind', () => {
  const appeared = Array.from({ length: 40 }, (_, i) => ({
    ...finding(i),
    title: 'Slow statement',
  }))
  const bad = { ...finding(99), level: 'ERROR' as const }
  const text = renderNotice(notice({ appeared: [...appeared, bad] }), 'text')
  assert.match(text, /The worst of it\n✖ Slow statement 99/)
  assert.match(text, /By kind\n• Slow statement · 40 new/)
  assert.ok(text.split('\n').length < 20, text)
})

test('annotations keep to ten of a type, count the others, and command nothing else', () => {
  fc.assert(
    fc.property(anyNotice, (told) => {
      const lines = renderAnnotations(told).split('\n').slice(0, -1)
      for (const line of lines) {
        assert.match(line, /^::(error|warning|notice) title=[^:,\r\n]*::[^\r\n]+$/)
      }
      for (const type of ['error', 'warning', 'notice']) {
        assert.ok(lines.filter((line) => line.startsWith(`::${type} `)).length <= 10)
      }
    }),
    runs,
  )
  const many = renderAnnotations(
    notice({ appeared: Array.from({ length: 25 }, (_, i) => finding(i)) }),
  )
  assert.equal(many.split('\n').length, 11)
  assert.match(many, /16 more/)
})

test('no line of the text is one that a log of GitHub Actions obeys', () => {
  fc.assert(
    fc.property(anyNotice, (told) => {
      for (const line of renderNotice(told, 'text').split('\n')) {
        assert.doesNotMatch(line, /^\s*::|##\[/)
      }
    }),
    runs,
  )
})

test('the page of a mail holds no markup but ours, the subject is one line', () => {
  fc.assert(
    fc.property(anyNotice, (told) => {
      const page = renderNotice(told, 'html').replace(
        /<\/?(!doctype|html|head|meta|title|body|h1|h2|p|strong|code|pre)\b[^<>]*>/g,
        '',
      )
      assert.doesNotMatch(page, /[<>]/)
      assert.match(noticeSubject(told), /^[^\r\n]{1,300}$/)
      assert.ok(renderNotice(told, 'markdown').startsWith('# '))
    }),
    runs,
  )
})
