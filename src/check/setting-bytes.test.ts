import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sizeBytes } from './setting-bytes.ts'

test('reads sizes as settings and roles write them', () => {
  assert.equal(sizeBytes('4096', 'kB'), 4 * 1024 ** 2)
  assert.equal(sizeBytes('524288', '8kB'), 4 * 1024 ** 3)
  assert.equal(sizeBytes('64MB', 'kB'), 64 * 1024 ** 2)
  assert.equal(sizeBytes('1.5GB', null), 1.5 * 1024 ** 3)
  assert.equal(sizeBytes('on', null), null)
  assert.equal(sizeBytes('8', 's'), null)
})
