/** What the planted cases can't show: levels, remedies by host, the last day before the lifetime. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DatabaseCounters, Facts, HostFacts, ServerState } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import type { CheckContext, Rule } from '../rule.ts'
import { databaseSpills } from '../statements/database-spills.ts'
import { deadlocks } from './deadlocks.ts'
import { forcedCheckpoints } from './forced-checkpoints.ts'
import { lowCacheHit } from './low-cache-hit.ts'
import { memoryOvercommit } from './memory-overcommit.ts'
import { randomPageCost } from './random-page-cost.ts'
import { unsafeSettings } from './unsafe-settings.ts'

const context: CheckContext = { now: '2026-11-23T12:00:00.000Z', statisticsMinutes: 43_200 }

function server(settings: Record<string, [value: string, unit?: string]>): ServerState {
  return {
    now: context.now,
    versionNum: 170_006,
    startedAt: '2026-11-01T00:00:00.000Z',
    statisticsSince: null,
    database: 'app db',
    databaseBytes: 1e9,
    readReplica: false,
    replicas: 0,
    settings: Object.fromEntries(
      Object.entries(settings).map(([name, [value, unit]]) => {
        return [name, { value, unit: unit ?? null, bootValue: null }]
      }),
    ),
    extensions: [],
  }
}

const own: HostFacts = { provider: null, superuser: true, archiver: null, overrides: [] }
const hosted: HostFacts = { ...own, provider: 'Supabase', superuser: false }

const quiet: DatabaseCounters = {
  minutes: 43_200,
  commits: 1e6,
  rollbacks: 0,
  blocksRead: 0,
  blocksHit: 1e9,
  tempFiles: 0,
  tempBytes: 0,
  deadlocks: 0,
}

function judge(rule: Rule, facts: Partial<Facts>): Finding[] {
  return rule.judge(facts, context).findings
}

function activity(
  lifetime: Partial<DatabaseCounters>,
  recent?: Partial<DatabaseCounters>,
): Partial<Facts> {
  const day = { ...quiet, ...recent, minutes: recent?.minutes ?? 1_440 }
  return {
    server: server({
      work_mem: ['4096', 'kB'],
      effective_cache_size: ['524288', '8kB'],
      max_connections: ['60'],
    }),
    databaseActivity: {
      lifetime: { ...quiet, ...lifetime },
      recent: recent === undefined ? null : day,
    },
  }
}

test('the last day decides where it was watched, whatever the lifetime says', () => {
  const bad = { blocksHit: 1e6, blocksRead: 1e6 }
  assert.equal(judge(lowCacheHit, activity(bad)).length, 1)
  assert.equal(judge(lowCacheHit, activity(bad, {})).length, 0)
  assert.equal(judge(lowCacheHit, activity({}, bad)).length, 1)
  // Ten minutes of snapshots are no day.
  assert.equal(judge(lowCacheHit, activity(bad, { minutes: 10 })).length, 1)
})

test('between the two lines only the last day is content', () => {
  const fair = { blocksHit: 92e5, blocksRead: 8e5 }
  assert.equal(judge(lowCacheHit, activity(fair)).length, 1)
  assert.equal(judge(lowCacheHit, activity({}, fair)).length, 0)
})

test('a deadlock today counts, one of last month does not', () => {
  assert.equal(judge(deadlocks, activity({ deadlocks: 4 })).length, 0)
  assert.equal(judge(deadlocks, activity({}, { deadlocks: 1 }))[0]?.level, 'INFO')
  assert.equal(judge(deadlocks, activity({}, { deadlocks: 24 }))[0]?.level, 'WARN')
})

test('proposes work_mem for all only where all connections could have it', () => {
  const spilled = (bytesEach: number): Finding[] =>
    judge(
      databaseSpills,
      activity({}, { tempFiles: 86_400, tempBytes: 86_400 * Math.max(2 ** 20, bytesEach) }),
    )
  const small = spilled(3 * 2 ** 20)[0]
  assert.match(
    small?.remediation ?? '',
    /^alter database "app db" set work_mem = '8MB'; -- 8 MB × 60 /,
  )
  const large = spilled(60 * 2 ** 20)[0]
  assert.match(large?.remediation ?? '', /does not fit \(128 MB × 60 connections = 7\.5 GB/)
  assert.equal(large?.level, 'ERROR')
})

test('tells how to give checkpoints room on this host', () => {
  const facts = (host: HostFacts): Partial<Facts> => ({
    host,
    server: server({ max_wal_size: ['1024', 'MB'] }),
    checkpoints: { timed: 5, requested: 50, since: '2026-11-23T02:00:00.000Z' },
  })
  const [mine] = judge(forcedCheckpoints, facts(own))
  assert.match(mine?.remediation ?? '', /alter system set max_wal_size = '2GB'/)
  assert.equal(mine?.level, 'WARN')
  const [theirs] = judge(forcedCheckpoints, facts(hosted))
  assert.match(
    theirs?.remediation ?? '',
    /supabase postgres-config update --config max_wal_size=2GB/,
  )
})

test('proposes the work_mem that fits', () => {
  const facts = {
    host: own,
    server: server({
      work_mem: ['65536', 'kB'],
      effective_cache_size: ['131072', '8kB'],
      max_connections: ['100'],
    }),
  }
  const [found] = judge(memoryOvercommit, facts)
  assert.equal(found?.level, 'ERROR')
  assert.match(found?.remediation ?? '', /^alter database "app db" set work_mem = '2MB';/)
})

test('an unknown memory is no reason to warn', () => {
  const facts = { host: own, server: server({ work_mem: ['65536', 'kB'], max_connections: ['9'] }) }
  assert.deepEqual(judge(memoryOvercommit, facts), [])
})

test('only on a managed host is the disk known to be an SSD', () => {
  const levels = [own, hosted].map(
    (host) =>
      judge(randomPageCost, { host, server: server({ random_page_cost: ['4'] }) })[0]?.level,
  )
  assert.deepEqual(levels, ['INFO', 'WARN'])
})

test('a superuser can mend the settings of any host', () => {
  const facts = (host: HostFacts): Partial<Facts> => ({
    host,
    server: server({ fsync: ['off'], full_page_writes: ['on'], data_checksums: ['off'] }),
  })
  const found = (host: HostFacts): unknown[] =>
    judge(unsafeSettings, facts(host)).map(({ level, metadata }) => [level, metadata.name])
  const both = [
    ['ERROR', 'fsync'],
    ['INFO', 'data_checksums'],
  ]
  assert.deepEqual(found(own), both)
  assert.deepEqual(found({ ...hosted, superuser: true }), both)
  assert.deepEqual(found(hosted), [])
})
