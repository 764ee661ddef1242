import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { finding, result } from '../../test/deliver/harness.ts'
import { anyFinding } from '../../test/fixtures/any-notice.ts'
import type { Finding } from '../finding.ts'
import type { Notice } from '../notice.ts'
import {
  type DeliverableResult,
  deliveryId,
  isWanted,
  noticeFor,
  noticeSource,
  type Told,
} from './notice-source.ts'

const info = { level: 'info' } as const
const keys = (list: readonly { cacheKey: string }[]): string[] =>
  list.map(({ cacheKey }) => cacheKey)

function told(findings: readonly (string | Finding)[]): Told {
  return noticeFor(noticeSource(result('0', findings)), info, null).nowTold
}

function news(
  before: readonly (string | Finding)[],
  now: readonly (string | Finding)[],
  more: Partial<DeliverableResult> = {},
): ReturnType<typeof noticeFor> {
  return noticeFor(noticeSource(result('1', now, more)), info, told(before))
}

test('what people acknowledged or ignore is neither told nor called resolved', () => {
  for (const state of ['acknowledged', 'ignored'] as const) {
    const { notice, hasNews, nowTold } = news(['a'], [finding('a', { state })])
    assert.deepEqual([hasNews, notice.resolved, notice.still], [false, [], []])
    // Open again, it is news again.
    const again = noticeFor(noticeSource(result('2', ['a'])), info, nowTold)
    assert.deepEqual(keys(again.notice.appeared), ['a'])
  }
})

test('what a rule found that could not look this time stays as it was', () => {
  const { notice, hasNews, nowTold } = news(['a'], [], { skippedRules: ['slow_statement'] })
  assert.deepEqual([hasNews, notice.resolved], [false, []])
  const later = noticeFor(noticeSource(result('2', [])), info, nowTold)
  assert.deepEqual(keys(later.notice.resolved), ['a'])
})

test('says how a finding ended where that is known', () => {
  const ended = finding('a', { state: 'resolved', detail: 'It takes 3 ms now.' })
  const { notice } = news(['a', 'b'], [ended])
  assert.deepEqual(
    notice.resolved.map(({ cacheKey, how, detail }) => [cacheKey, how, detail]),
    [
      ['a', 'resolved', 'It takes 3 ms now.'],
      ['b', 'gone', ''],
    ],
  )
})

test('tells no place what is below its level', () => {
  const source = noticeSource(result('1', ['warn', finding('error', { level: 'ERROR' })]))
  const { notice, nowTold } = noticeFor(source, { level: 'error' }, null)
  assert.deepEqual(keys(notice.appeared), ['error'])
  assert.deepEqual(Object.keys(nowTold), ['error'])
  assert.deepEqual(notice.open, { ERROR: 1, WARN: 0, INFO: 0 })
})

test('sends on change, as long as something is open, or always', () => {
  const quiet = news(['a'], ['a'])
  const over = news(['a'], [])
  const nothing = news([], [])
  const wanted = ({ notice, hasNews }: { notice: Notice; hasNews: boolean }): string =>
    (['always', 'on-findings', 'on-change'] as const)
      .filter((when) => isWanted(notice, hasNews, when))
      .join()
  assert.equal(wanted(quiet), 'always,on-findings')
  assert.equal(wanted(over), 'always,on-findings,on-change')
  assert.equal(wanted(nothing), 'always')
})

test('knows what is new among more findings than it can list', () => {
  const many = Array.from({ length: 500 }, (_, i) => `key ${i}`)
  const { notice, hasNews } = news(many.slice(0, -1), many)
  assert.equal(hasNews, true)
  assert.equal(notice.left_out, 300)
  assert.equal(notice.open.WARN, 500)
  assert.equal(news(many, many).hasNews, false)
  // Beyond what is remembered, absence proves nothing.
  const more = Array.from({ length: 2_500 }, (_, i) => `key ${i}`)
  assert.deepEqual(news(['gone'], more).notice.resolved, [])
})

test('accounts for every finding once, and tells nothing twice in a row', () => {
  const findings = fc.uniqueArray(anyFinding, {
    selector: ({ cacheKey }) => cacheKey,
    maxLength: 20,
  })
  fc.assert(
    fc.property(findings, findings, (before, now) => {
      const { notice, nowTold } = news(before, now)
      const open = now.filter(({ state }) => state === 'open').length
      const { appeared, worse, still, left_out } = notice
      const told = appeared.length + worse.length + still.length + left_out
      // Keys that differ only in what Postgres can't store are one.
      assert.ok(told <= open && told >= new Set(keys([...appeared, ...worse, ...still])).size)
      const again = noticeFor(noticeSource(result('2', now)), info, nowTold)
      assert.equal(again.hasNews, false)
      assert.doesNotMatch(JSON.stringify(noticeSource(result('1', now))), /\\u0000|\\ud[89a-f]/i)
    }),
  )
})

test('has one id for a job, a window and a place, and another for every other', () => {
  assert.equal(deliveryId('a', 'b', 'c'), deliveryId('a', 'b', 'c'))
  const ids = [
    ['a', 'b', 'c'],
    ['ab', '', 'c'],
    ['a', 'bc', ''],
    ['c', 'b', 'a'],
  ] as const
  assert.equal(new Set(ids.map(([job, key, sink]) => deliveryId(job, key, sink))).size, 4)
  assert.match(deliveryId('a', 'b', 'c'), /^msg_[\w-]{32}$/)
})
