import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SequenceFacts } from '../../facts/index.ts'
import { highest, isBoundByColumn, shareUsed } from './sequence-room.ts'

const sequence: SequenceFacts = {
  oid: 1,
  schema: 'public',
  name: 's',
  extension: null,
  lastValue: 1_073_741_824,
  minValue: 1,
  maxValue: 2 ** 63,
  increment: 1,
  cycles: false,
  column: null,
}

function filling(typeName: string): SequenceFacts {
  const column = { tableOid: 1, schema: 'public', table: 't', name: 'id', typeName, identity: true }
  return { ...sequence, column }
}

test('the column ends before the sequence does', () => {
  assert.equal(highest(filling('int4')), 2_147_483_647)
  assert.ok(isBoundByColumn(filling('int4')))
  assert.equal(shareUsed(filling('int4')).toFixed(3), '0.500')
  assert.equal(highest(filling('int8')), 2 ** 63)
  assert.ok(!isBoundByColumn(filling('int8')))
  // As a text it has all the room of the sequence.
  assert.equal(highest(filling('text')), 2 ** 63)
})

test('it may count down, begin anywhere, or not have begun', () => {
  const down = { ...sequence, increment: -1, minValue: -200, maxValue: -100, lastValue: -190 }
  assert.equal(highest(down), -200)
  assert.equal(shareUsed(down), 0.9)
  assert.equal(shareUsed({ ...sequence, minValue: 100, maxValue: 200, lastValue: 180 }), 0.8)
  assert.equal(shareUsed({ ...sequence, lastValue: null }), 0)
})
