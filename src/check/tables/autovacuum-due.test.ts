import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServerState, TableFacts, TableUsage } from '../../facts/index.ts'
import { autovacuumDue, isOff } from './autovacuum-due.ts'

const settings: ServerState['settings'] = Object.fromEntries(
  Object.entries({
    autovacuum: 'on',
    track_counts: 'on',
    autovacuum_vacuum_threshold: '50',
    autovacuum_vacuum_scale_factor: '0.2',
    autovacuum_vacuum_insert_threshold: '1000',
    autovacuum_vacuum_insert_scale_factor: '0.2',
    autovacuum_analyze_threshold: '50',
    autovacuum_analyze_scale_factor: '0.1',
  }).map(([name, value]) => [name, { value, unit: null, bootValue: value }]),
)

function set(name: string, value: string): ServerState['settings'] {
  return { ...settings, [name]: { value, unit: null, bootValue: null } }
}

const table: TableFacts = {
  oid: 1,
  schema: 'public',
  name: 't',
  kind: 'table',
  owner: 'postgres',
  unlogged: false,
  extension: null,
  partitionOf: null,
  rls: false,
  forceRls: false,
  rows: 1_000_000,
  heapBytes: 0,
  indexBytes: 0,
  toastBytes: 0,
  options: {},
  published: false,
  frozenShare: null,
  replicaIdentity: 'default',
  xidAge: 0,
  mxidAge: 0,
}

const usage: TableUsage = {
  oid: 1,
  seqScans: 0,
  seqRows: 0,
  indexScans: 0,
  indexRows: 0,
  inserted: 0,
  updated: 0,
  hotUpdated: 0,
  deleted: 0,
  liveRows: 2_000_000,
  deadRows: 7,
  modifiedSinceAnalyze: 8,
  insertedSinceVacuum: 9,
  lastVacuumAt: null,
  lastAutovacuumAt: null,
  lastAnalyzeAt: null,
  lastAutoanalyzeAt: null,
}

test('thresholds are a base and a share of the rows', () => {
  assert.deepEqual(autovacuumDue(table, usage, settings), {
    enabled: true,
    dead: { count: 7, threshold: 200_050 },
    inserted: { count: 9, threshold: 201_000 },
    // By changes, not by dead rows: inserts leave none.
    changed: { count: 8, threshold: 100_050 },
  })
})

test('storage parameters go before settings', () => {
  const options = {
    autovacuum_vacuum_threshold: '10',
    autovacuum_vacuum_scale_factor: '0',
    autovacuum_vacuum_insert_scale_factor: '0.01',
    autovacuum_analyze_scale_factor: '0.5',
  }
  const due = autovacuumDue({ ...table, options }, usage, settings)
  assert.equal(due.dead.threshold, 10)
  assert.equal(due.inserted.threshold, 11_000)
  assert.equal(due.changed.threshold, 500_050)
})

test('the maximum of PostgreSQL 18 caps dead rows, unless it is -1', () => {
  const most = 'autovacuum_vacuum_max_threshold'
  const dead = (options: TableFacts['options'], from = settings): number =>
    autovacuumDue({ ...table, options }, usage, from).dead.threshold
  assert.equal(dead({}, set(most, '100000')), 100_000)
  assert.equal(dead({}, set(most, '100000000')), 200_050)
  assert.equal(dead({}, set(most, '-1')), 200_050)
  assert.equal(dead({ [most]: '500' }, set(most, '-1')), 500)
  assert.equal(dead({ [most]: '-1' }, set(most, '500')), 200_050)
})

test('frozen pages do not count into the threshold of inserts', () => {
  const { inserted } = autovacuumDue({ ...table, frozenShare: 0.9 }, usage, settings)
  assert.equal(Math.round(inserted.threshold), 21_000)
})

test('inserts are no reason where that is switched off', () => {
  const name = 'autovacuum_vacuum_insert_threshold'
  const off = autovacuumDue({ ...table, options: { [name]: '-1' } }, usage, settings)
  assert.equal(off.inserted.threshold, Number.POSITIVE_INFINITY)
  const on = autovacuumDue({ ...table, options: { [name]: '5' } }, usage, set(name, '-1'))
  assert.equal(on.inserted.threshold, 200_005)
})

test('rows that the server does not know yet are those that were counted', () => {
  assert.equal(autovacuumDue({ ...table, rows: null }, usage, settings).dead.threshold, 400_050)
})

test('nothing is due where autovacuum is off', () => {
  const isEnabled = (options: TableFacts['options'], from = settings): boolean =>
    autovacuumDue({ ...table, options }, usage, from).enabled
  assert.equal(isEnabled({ autovacuum_enabled: 'false' }), false)
  assert.equal(isEnabled({ autovacuum_enabled: 'true' }), true)
  assert.equal(isEnabled({ autovacuum_enabled: 'true' }, set('autovacuum', 'off')), false)
  assert.equal(isEnabled({}, set('track_counts', 'off')), false)
})

test('a parameter is off in whatever way it was written', () => {
  for (const off of ['false', 'off', 'OFF', 'no', 'f', '0']) assert.ok(isOff(off), off)
  for (const on of ['true', 'on', 'yes', '1', 'o', undefined]) assert.ok(!isOff(on), on)
})
