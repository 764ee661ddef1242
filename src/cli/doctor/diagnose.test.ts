import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Check, Facts } from './check.ts'
import { type Diagnosis, diagnose } from './diagnose.ts'
import { diagnosisMarkdown, diagnosisText } from './print-diagnosis.ts'

type Changes = { [Key in keyof Facts]?: Partial<Facts[Key]> | null }

function changed(value: unknown, change: unknown): unknown {
  if (change === undefined) return value
  const isRecord = change instanceof Object && value instanceof Object
  return isRecord ? { ...value, ...change } : change
}

/** A database that has everything, but for what a test changes. */
function facts(changes: Changes = {}): Facts {
  const base: Facts = {
    capabilities: {
      server: { version: '17.6', versionNum: 170_006 },
      database: 'postgres',
      readReplica: false,
      role: { name: 'postgres', superuser: false, bypassRls: true, readAllStats: true },
      statements: {
        schema: 'extensions',
        version: '1.11',
        availableVersion: '1.11',
        loaded: true,
        maxEntries: 5000,
        track: 'top',
      },
      schema: { owner: 'postgres', objects: new Set(['schema_migrations']) },
      migrations: [{ name: '1', breaking: false }],
      extensions: new Map([['pg_cron', '1.6']]),
      settings: new Map([
        ['track_io_timing', 'on'],
        ['compute_query_id', 'auto'],
        ['shared_preload_libraries', 'pg_cron, pg_stat_statements'],
        ['pg_stat_statements.max', '5000'],
        ['pg_stat_statements.track', 'top'],
        ['pg_stat_statements.track_planning', 'off'],
      ]),
    },
    connection: {
      target: 'db.example.com:5432/postgres',
      port: 5432,
      local: false,
      sslmode: 'verify-full',
      pooler: 'none',
    },
    statistics: { entries: 100, evictions: 0 },
    schema: {
      state: 'current',
      pending: [],
      newer: [],
      breaking: [],
      damaged: [],
      role: 'postgres',
    },
    snapshots: { count: 10, ageSeconds: 30 },
    jobs: [
      {
        name: 'rollup',
        everySeconds: 60,
        startedAt: new Date(0),
        secondsAgo: 20,
        tookMs: 12,
        runner: 'pg_cron',
        ok: true,
        overdue: false,
        error: null,
        lagSeconds: 0,
      },
    ],
    schedule: [],
    available: new Map([['hypopg', '1.4']]),
    extensionsSchema: true,
  }
  const merged = Object.entries(base).map(([key, value]) => [
    key,
    changed(value, changes[key as keyof Facts]),
  ])
  return Object.fromEntries(merged) as Facts
}

function find(diagnosis: Diagnosis, name: string): Check {
  const check = diagnosis.checks.find((one) => one.name === name)
  assert.ok(check, `no check ${name}`)
  return check
}

/** The check that a change leads to; every other one stays fine. */
function after(name: string, changes: Changes): Check {
  const diagnosis = diagnose(facts(changes))
  const others = diagnosis.checks.filter((check) => check.name !== name && check.status !== 'ok')
  assert.deepEqual(others, [])
  const check = find(diagnosis, name)
  assert.equal(diagnosis.ok, check.status !== 'fail')
  assert.equal(check.remedy === '', check.status === 'ok')
  return check
}

function withRole(role: Partial<Facts['capabilities']['role']>): Changes {
  const { capabilities } = facts()
  return { capabilities: { role: { ...capabilities.role, ...role } } }
}

function withSettings(changes: Record<string, string | null>): Changes {
  const { capabilities } = facts()
  return {
    capabilities: { settings: new Map([...capabilities.settings, ...Object.entries(changes)]) },
  }
}

function withStatements(
  changes: Partial<NonNullable<Facts['capabilities']['statements']>>,
): Changes {
  const { statements } = facts().capabilities
  assert.ok(statements)
  return { capabilities: { statements: { ...statements, ...changes } } }
}

describe('diagnose', () => {
  it('finds nothing wrong where nothing is', () => {
    const { ok, checks } = diagnose(facts())
    assert.equal(ok, true)
    assert.deepEqual(
      checks.filter(({ status }) => status !== 'ok'),
      [],
    )
    assert.equal(new Set(checks.map(({ name }) => name)).size, checks.length)
  })

  it('minds clear text to another machine, not to this one', () => {
    assert.equal(after('tls', { connection: { sslmode: 'disable' } }).status, 'warn')
    assert.equal(after('tls', { connection: { sslmode: 'disable', local: true } }).status, 'ok')
    assert.match(after('tls', { connection: { sslmode: 'require' } }).detail, /not checked/)
  })

  it('knows the server versions that it was made for', () => {
    const at = (versionNum: number): Changes => ({
      capabilities: { server: { version: 'x', versionNum } },
    })
    assert.equal(after('server_version', at(140_019)).status, 'fail')
    assert.equal(after('server_version', at(150_000)).status, 'ok')
    assert.equal(after('server_version', at(180_009)).status, 'ok')
    assert.equal(after('server_version', at(190_000)).status, 'warn')
  })

  it('quotes the names in its SQL', () => {
    const check = after('role_statistics', withRole({ name: 'My "role"', readAllStats: false }))
    assert.equal(check.remedy, 'grant pg_monitor to "My ""role""";')
    const { remedy } = after('track_io_timing', {
      capabilities: { ...withSettings({ track_io_timing: 'off' }).capabilities, database: 'my db' },
    })
    assert.equal(remedy, 'alter database "my db" set track_io_timing = on;')
  })

  it('keeps the libraries that are loaded already, each a literal of its own', () => {
    const { remedy } = after('pg_stat_statements', withStatements({ loaded: false }))
    assert.match(remedy, /= 'pg_cron', 'pg_stat_statements'; and restart/)
  })

  it('says all that a missing extension takes', () => {
    const loaded = after('pg_stat_statements', { capabilities: { statements: null } })
    assert.equal(loaded.remedy, 'create extension pg_stat_statements with schema extensions;')
    const bare = after('pg_stat_statements', {
      capabilities: {
        statements: null,
        ...withSettings({ 'pg_stat_statements.max': null, shared_preload_libraries: null })
          .capabilities,
      },
      extensionsSchema: false,
    })
    assert.match(
      bare.remedy,
      /^create schema extensions; create extension .*; alter system set shared_preload_libraries = 'pg_stat_statements'/,
    )
  })

  it('orders versions as numbers: 1.9 before 1.10', () => {
    const at = (version: string): Check['status'] =>
      after('pg_stat_statements', withStatements({ version })).status
    assert.deepEqual(['1.8', '1.9', '1.10', '1.11'].map(at), ['fail', 'warn', 'warn', 'ok'])
  })

  it('minds a table that is nearly full', () => {
    const at = (entries: number): Check['status'] =>
      after('pg_stat_statements_fill', { statistics: { entries, evictions: 3 } }).status
    assert.deepEqual([4499, 4500].map(at), ['ok', 'warn'])
    assert.equal(after('pg_stat_statements_fill', { statistics: null }).status, 'fail')
  })

  it('minds a collector that stands still', () => {
    const at = (ageSeconds: number | null): Check['status'] =>
      after('snapshots', { snapshots: { count: 1, ageSeconds } }).status
    assert.deepEqual([0, 900, 901, 10_000_000, null].map(at), ['ok', 'ok', 'warn', 'warn', 'warn'])
    assert.equal(after('snapshots', { snapshots: null }).status, 'fail')
  })

  it('takes a schema that is not there for a choice, and a broken one for a fault', () => {
    const at = (state: Facts['schema']['state']): Check['status'] =>
      after('schema', { schema: { state } }).status
    assert.equal(at('missing'), 'warn')
    for (const state of ['unreadable', 'outdated', 'newer', 'broken'] as const) {
      assert.equal(at(state), 'fail')
    }
  })
})

describe('printing a diagnosis', () => {
  const hostile = 'evil\u001b[2J\u202e|<b>`x`\nname'
  const diagnosis = diagnose(facts(withRole({ name: hostile, readAllStats: false })))

  it('keeps to the width, but for what is there to be copied', () => {
    for (const width of [40, 80, 200]) {
      for (const line of diagnosisText(diagnosis, { width, color: false }).split('\n')) {
        const isWord = !line.trim().includes(' ')
        assert.ok(line.length <= width || line.includes('→') || isWord, line)
      }
    }
  })

  it('does not let names command the terminal', () => {
    const text = diagnosisText(diagnosis, { width: 80, color: false })
    for (const character of ['\u001b', '\u202e']) assert.equal(text.includes(character), false)
    assert.match(text, /evil \[2J ?\|<b>/)
  })

  it('colours only when asked', () => {
    assert.equal(diagnosisText(diagnosis, { width: 80, color: false }).includes('\u001b'), false)
    assert.equal(diagnosisText(diagnosis, { width: 80, color: true }).includes('\u001b[31m✗'), true)
  })

  it('keeps a Markdown table a table', () => {
    const rows = diagnosisMarkdown(diagnosis)
      .split('\n')
      .filter((line) => line.startsWith('|'))
    assert.equal(rows.length, diagnosis.checks.length + 2)
    for (const row of rows) assert.equal(row.match(/(?<!\\)\|/g)?.length, 5, row)
    assert.doesNotMatch(rows.join('\n'), /(?<!\\)<b>/)
  })
})
