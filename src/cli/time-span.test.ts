import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseDuration, parseMoment } from './time-span.ts'

const now = new Date('2026-11-20T12:00:00Z')
const usage = { name: 'ScopeError', code: 'SCOPE_USAGE' }

describe('parseDuration', () => {
  it('knows five units', () => {
    const texts = ['90s', '30m', '24h', '7d', '2w']
    const seconds = texts.map((text) => parseDuration(text, '--since') / 1000)
    assert.deepEqual(seconds, [90, 1800, 86_400, 604_800, 1_209_600])
  })

  it('refuses everything else, naming the option', () => {
    const wrong = [
      '',
      '0s',
      '24',
      'h',
      '-1h',
      '1.5h',
      '24 h',
      '24H',
      '1h30m',
      '1y',
      '99999999d',
      '٣h',
    ]
    for (const text of wrong) assert.throws(() => parseDuration(text, '--every'), usage, text)
    assert.throws(() => parseDuration('x', '--every'), { message: /--every/ })
  })

  it('takes text of any kind without surprise', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          assert.ok(parseDuration(text, '--since') > 0)
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'SCOPE_USAGE')
        }
      }),
    )
  })
})

describe('parseMoment', () => {
  const moment = (text: string): string => parseMoment(text, '--since', now).toISOString()

  it('counts a duration back from now', () => {
    assert.equal(moment('24h'), '2026-11-19T12:00:00.000Z')
  })

  it('reads ISO 8601, in UTC unless it names a zone', () => {
    assert.equal(moment('2026-11-01'), '2026-11-01T00:00:00.000Z')
    assert.equal(moment('2026-11-01T08:30'), '2026-11-01T08:30:00.000Z')
    assert.equal(moment('2026-11-01T08:30:15.5+02:00'), '2026-11-01T06:30:15.500Z')
    assert.equal(moment('2028-02-29'), '2028-02-29T00:00:00.000Z')
  })

  it('refuses days that no calendar has, and other ways to write dates', () => {
    const wrong = [
      '2026-02-30',
      '2026-13-01',
      '2026-11-01T25:00',
      '1.11.2026',
      'yesterday',
      '1793000000',
      '2026-11-01T08:30+2',
    ]
    for (const text of wrong) assert.throws(() => moment(text), usage, text)
  })

  it('reads back every moment that Date writes', () => {
    const dates = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(dates, (date) => assert.equal(moment(date.toISOString()), date.toISOString())),
    )
  })
})
