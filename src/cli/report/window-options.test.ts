import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { askedWindow } from './window-options.ts'

const now = new Date('2026-11-20T12:00:00Z')
const usage = { code: 'SCOPE_USAGE' }

describe('askedWindow', () => {
  it('leaves to the snapshots what is not asked for', () => {
    assert.deepEqual(askedWindow({}, now), { from: null, to: null })
    assert.deepEqual(askedWindow({ lifetime: true }, now), { from: null, to: null })
  })

  it('counts both ends back from the clock that it is given', () => {
    assert.deepEqual(askedWindow({ since: '2d', until: '1d' }, now), {
      from: new Date('2026-11-18T12:00:00Z'),
      to: new Date('2026-11-19T12:00:00Z'),
    })
  })

  it('refuses a window without length or before its begin, and one in the future', () => {
    assert.throws(() => askedWindow({ since: '1h', until: '1h' }, now), usage)
    assert.throws(() => askedWindow({ since: '1h', until: '2h' }, now), usage)
    assert.throws(() => askedWindow({ since: '2026-11-21' }, now), usage)
  })

  it('refuses a window of the lifetime counters', () => {
    assert.throws(() => askedWindow({ lifetime: true, since: '1h' }, now), usage)
    assert.throws(() => askedWindow({ lifetime: true, until: '1h' }, now), usage)
  })
})
