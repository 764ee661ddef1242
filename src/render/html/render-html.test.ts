import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyWindow } from '../../../test/fixtures/any-window.ts'
import { watchedWindow, windowStatement } from '../../../test/fixtures/watched-window.ts'
import { buildReport, type ReportInput } from '../../analyze/index.ts'
import { judgeStatements } from '../../check/index.ts'
import { escapeHtml, escapeLines } from './escape.ts'
import { renderHtml } from './render-html.ts'

function html(given: Partial<ReportInput> = {}): string {
  return renderHtml(buildReport(watchedWindow(given), judgeStatements))
}

const elements = new Set(
  (
    'html head meta title style body header main section footer h1 h2 h3 p strong span code pre br ' +
    'ul li details summary div table thead tbody tr th td i a article dl dt dd svg line rect text'
  ).split(' '),
)
const attributes = new Set(
  (
    'lang charset http-equiv content name class id href scope tabindex role aria-label ' +
    'aria-labelledby aria-hidden title style viewBox x y x1 x2 y1 y2 dy width height text-anchor'
  ).split(' '),
)
const empty = new Set(['meta', 'br', 'line'])

/** Reads the page's tags strictly and says what is not allowed in it. */
function faults(page: string): string[] {
  const found: string[] = []
  const open: string[] = []
  const body = page.replace(/<style>[^<]*<\/style>/, '')
  for (const [whole, tag] of body.matchAll(/<([^>]*)>/g)) {
    const [, close, name = '', rest = ''] =
      /^(\/?)([a-z][a-z0-9]*)((?:\s.*)?)$/s.exec(tag ?? '') ?? []
    if (whole === '<!doctype html>') continue
    if (!elements.has(name)) found.push(whole)
    if (close === '/') {
      if (open.pop() !== name) found.push(`${whole} closes another`)
      continue
    }
    const bare = rest.replace(
      /\s([A-Za-z0-9-]+)="([^"<>]*)"/g,
      (_, attribute: string, value: string) => {
        if (!attributes.has(attribute) || (attribute === 'href' && !/^#s\d+$/.test(value)))
          found.push(whole)
        return ''
      },
    )
    if (bare.replace('/', '').trim() !== '') found.push(`${whole}: ${bare}`)
    if (!empty.has(name) && !rest.endsWith('/')) open.push(name)
  }
  return [...found, ...open]
}

test('escapes all that markup is made of', () => {
  assert.equal(escapeHtml('<a b="c" \'d\'>&amp;'), '&lt;a b=&quot;c&quot; &#39;d&#39;&gt;&amp;amp;')
  assert.equal(escapeLines('a\n<b>'), 'a\n&lt;b&gt;')
})

test('is one page that loads and runs nothing', () => {
  const page = html()
  assert.deepEqual(faults(page), [])
  assert.match(page, /http-equiv="Content-Security-Policy" content="default-src 'none'; style-src/)
  assert.doesNotMatch(page, /<script|<link|<img|<iframe|url\(|@import|src=|https?:/)
})

test('draws the time of each statement with axes, units and words', () => {
  const page = html()
  assert.equal(page.match(/<svg /g)?.length, 11)
  const [chart = ''] = /<svg .*?<\/svg>/s.exec(page) ?? []
  assert.match(chart, /role="img" aria-label="GET \/rest\/v1\/messages[^"]*time per 5 min/)
  assert.match(chart, />time per 5 min</)
  for (const label of ['>2 min<', '>1 min<', '>0<', '>02:00<', '>02:30<']) {
    assert.ok(chart.includes(label), label)
  }
  assert.equal(chart.match(/<rect /g)?.length, 12)
})

test('links every row to its card', () => {
  const page = html()
  const links = Array.from(page.matchAll(/href="#(s\d+)"/g), ([, id]) => id)
  const cards = Array.from(page.matchAll(/<article class="statement" id="(s\d+)"/g), ([, id]) => id)
  assert.deepEqual(links, cards)
})

test('tells of lifetime counters, gaps and emptiness', () => {
  const { window } = watchedWindow()
  assert.match(html({ statements: [] }), /No statement ran in this window/)
  assert.match(
    html({ intervals: { intervals: 9, gaps: 2, incompleteIntervals: 1 } }),
    /1 of 9 intervals incomplete/,
  )
  const lifetime = html({
    window: { ...window, source: 'lifetime', snapshots: 0 },
    intervals: null,
  })
  assert.match(lifetime, /class="notice">No snapshots yet/)
  assert.doesNotMatch(lifetime, /<svg/)
})

test('stays what it is whatever the database holds', () => {
  fc.assert(
    fc.property(anyWindow, (input) => {
      const page = renderHtml(buildReport(input, judgeStatements))
      assert.deepEqual(faults(page), [])
      assert.doesNotMatch(page, /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|NaN|Infinity|undefined/u)
    }),
    { numRuns: 300 },
  )
})

test('takes texts of a megabyte', () => {
  const text = `select "${'<b>'.repeat(330_000)}" from t`
  const page = html({ statements: [windowStatement({ text, role: text, calls: 9, totalMs: 900 })] })
  assert.deepEqual(faults(page), [])
  assert.ok(page.length < 1_000_000)
})
