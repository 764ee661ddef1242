import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  changesAround,
  describeChange,
  lastPlanChange,
  planDifference,
  planShape,
} from './index.ts'
import type { Change } from './surroundings.ts'

const scan = { 'Node Type': 'Seq Scan', Schema: 'public', 'Relation Name': 'messages', Alias: 'm' }

test('a shape holds structure alone', () => {
  const plan = {
    'Node Type': 'Hash Join',
    'Join Type': 'Left',
    'Hash Cond': '(a = b)',
    'Total Cost': 12,
    Plans: [
      { ...scan, Filter: "(a = 'secret'::text)", 'Parent Relationship': 'Outer' },
      {
        'Node Type': 'Index Scan',
        'Scan Direction': 'Backward',
        'Index Name': 'users_pkey',
        Schema: 'auth',
        'Relation Name': 'users',
      },
    ],
  }
  assert.equal(
    planShape(plan),
    'Hash Join (Left)\n  Seq Scan on public.messages\n  Index Scan backward using users_pkey on auth.users',
  )
})

test('partitions that come and go are no other plan', () => {
  const append = (...names: string[]) => ({
    'Node Type': 'Append',
    Plans: names.map((name) => ({ ...scan, 'Relation Name': name })),
  })
  const some = planShape(append('events_p20261101', 'events_p20261102'))
  assert.equal(some, planShape(append('events_p20261103', 'events_p20261104', 'events_p20261105')))
  assert.notEqual(some, planShape(append('events_p20261101', 'others')))
})

const sight = (shape: string, firstSeenAt: number, lastSeenAt: number) => ({
  shape,
  firstSeenAt,
  lastSeenAt,
})

test('the last change is told, and whether the planner wavers', () => {
  assert.equal(lastPlanChange([]), null)
  assert.equal(lastPlanChange([sight('a', 1, 2), sight('a', 3, 4)]), null)
  const once = lastPlanChange([sight('b', 5, 9), sight('a', 1, 4)])
  assert.deepEqual([once?.before.shape, once?.now.firstSeenAt, once?.isBack], ['a', 5, false])
  const back = lastPlanChange([sight('a', 1, 2), sight('b', 3, 4), sight('a', 5, 6)])
  assert.deepEqual([back?.before.shape, back?.now.firstSeenAt, back?.isBack], ['b', 5, true])
  const sameDay = lastPlanChange([sight('a', 1, 6), sight('b', 2, 4)])
  assert.deepEqual([sameDay?.now.shape, sameDay?.now.firstSeenAt], ['a', 6])
})

test('a difference names what is read first', () => {
  const change = (before: string, now: string) =>
    planDifference({ before: sight(before, 1, 2), now: sight(now, 3, 4), isBack: false })
  assert.equal(
    change('Limit\n  Index Scan using i on a', 'Limit\n  Sort\n    Seq Scan on a'),
    'Seq Scan on a, Sort instead of Index Scan using i on a',
  )
  assert.equal(change('Seq Scan on a', 'Sort\n  Seq Scan on a'), 'additional Sort')
  assert.equal(change('Sort\n  Seq Scan on a', 'Seq Scan on a'), 'no more Sort')
})

const minute = 60_000
const rise = { after: 600 * minute, at: 615 * minute }

function change(kind: string, object: string, at: number, given: Partial<Change> = {}): Change {
  return {
    after: (at - 5) * minute,
    at: at * minute,
    kind,
    object,
    relation: null,
    before: null,
    now: '',
    ...given,
  }
}

test('what changed around a rise is told, what concerns its tables first', () => {
  const changes = [
    change('mark', 'long before', 560),
    change('mark', 'deploy', 590),
    change('setting', 'work_mem', 600, { before: '4MB', now: '8MB' }),
    change('index', 'public.others_x', 601, { relation: 'public.others', before: '', now: null }),
    change('policy', 'public.messages: own', 602, { relation: 'public.messages' }),
    change('mark', 'long after', 700),
  ]
  const told = changesAround(changes, rise, 'select * from messages where a = $1')
  assert.deepEqual(
    told.map((one) => describeChange(one).replace(/ \([^()]*\)$/, '')),
    [
      'policy public.messages: own created',
      'index public.others_x dropped',
      'setting work_mem 4MB → 8MB',
      'mark "deploy"',
    ],
  )
})

test('of many changes five are told', () => {
  const many = Array.from({ length: 20 }, (_, i) => change('index', `i_${i}`, 600))
  assert.equal(changesAround(many, rise, null).length, 5)
})
