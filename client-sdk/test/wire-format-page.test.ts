/** docs/wire-format.md says what wire.ts says, and its example is taken whole. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ALPHA, GAMMA, MAX_BIN, MAX_VALUE, MIN_BIN, MIN_VALUE } from '../src/sketch.ts'
import { labels, limits, reasons, vitals } from '../src/wire.ts'
import { parseBatch } from '../src/wire-parser.ts'

const page = readFileSync(new URL('../../docs/wire-format.md', import.meta.url), 'utf8')
const figure = (value: number): string => value.toLocaleString('en-US')

test('the example is taken whole, and comes through unchanged', () => {
  const example = JSON.parse(/```json\n(\{\n {2}"v"[\s\S]*?)```/.exec(page)?.[1] ?? '')
  const { batch, accepted, dropped } = parseBatch(example, example.events[0].t)
  assert.deepEqual({ accepted, dropped }, { accepted: 3, dropped: 0 })
  const { dropped: _, ...rest } = example
  assert.deepEqual(batch, rest)
})

test('every reason, kind, label and vital is on it', () => {
  const kinds = Object.entries(labels).map(
    ([kind, names]) =>
      new RegExp(`\\| \`${kind}\` \\|.*\\| ${names.map((n) => `\`${n}\``).join(' ')} \\|`),
  )
  for (const row of kinds) assert.match(page, row)
  for (const reason of reasons) assert.ok(page.includes(`\`${reason}\``), reason)
  for (const vital of vitals) assert.ok(page.includes(`\`${vital}\``), vital)
})

test('its limits are those of the code', () => {
  for (const [what, row] of Object.entries({
    bytes: `| bytes of the request | ${figure(limits.bytes)} |`,
    dims: `| dimensions | ${figure(limits.dims)} |`,
    events: `| events | ${figure(limits.events)} |`,
    sketches: `| sketches | ${figure(limits.sketches)} |`,
    lateMs: `at most ${limits.lateMs / 3_600_000} hours old and ${limits.aheadMs / 60_000} minutes ahead`,
    name: `| \`name\` | 1 to ${limits.name} code points |`,
    route: `| \`route\` | 1 to ${limits.route}, `,
    device: `| \`device\` | 1 to ${limits.device} |`,
    region: `| \`region\`, \`release\` | 1 to ${limits.region} |`,
    weight: `1 to ${figure(limits.weight)}: one divided by`,
    sequence: `| \`s\` | 0 to ${figure(limits.sequence)}: `,
    attributes: `at most ${limits.attributes} attributes: keys of 1 to ${limits.attributeKey}, texts of up to ${limits.attributeText}`,
    bins: `ascending, ${MIN_BIN} to ${MAX_BIN} |`,
    gamma: `γ = 1.01 / 0.99`,
    value: `border(i) × ${1 - ALPHA}`,
  })) {
    assert.ok(page.includes(row), `${what}: ${row}`)
  }
  assert.equal(GAMMA, 1.01 / 0.99)
  assert.equal(limits.region, limits.release)
  assert.deepEqual([MIN_VALUE, MAX_VALUE, limits.value, limits.count], [0.001, 1e9, 1e9, 1e12])
})
