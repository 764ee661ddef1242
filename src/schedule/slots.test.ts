import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Slots } from './slots.ts'

it('gives no more places than there are, and each to the one that waits longest', async () => {
  const slots = new Slots(2)
  const [first] = [await slots.take(), await slots.take()]
  const taken: string[] = []
  const third = slots.take().then((release) => {
    taken.push('third')
    return release
  })
  const fourth = slots.take().then((release) => {
    taken.push('fourth')
    return release
  })
  await new Promise(setImmediate)
  assert.deepEqual(taken, [])
  first()
  // Giving it back twice gives no place twice.
  first()
  const release = await third
  await new Promise(setImmediate)
  assert.deepEqual(taken, ['third'])
  release()
  await fourth
  assert.deepEqual(taken, ['third', 'fourth'])
})
