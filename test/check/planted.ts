import assert from 'node:assert/strict'
import pg from 'pg'
import { type CheckContext, type CheckResult, rules, runRules } from '../../src/check/index.ts'
import { readFacts } from '../../src/collect/catalog/index.ts'
import { withStatements } from '../../src/collect/report/index.ts'
import { defaults } from '../../src/config.ts'
import { connect, detectCapabilities } from '../../src/db/index.ts'
import type { SeenFacts } from '../../src/facts/index.ts'
import type { Finding } from '../../src/finding.ts'
import type { Settings } from '../../src/local/postgres/index.ts'
import { ownServer, type TestDatabase, testDatabase } from '../database.ts'
import type { PlantedCase } from './planted-case.ts'

/** How well a rule told defects from decoys. */
export interface Score {
  rule: string
  found: number
  missed: string[]
  /** Decoys that it took for defects. */
  mistaken: string[]
}

/** Counters as old as those of a database that has been in use for a month. */
const settled: Partial<CheckContext> = { statisticsMinutes: 30 * 24 * 60 }

/** The window of the statements, minutes: what is planted ran within it. */
const minutes = 2

/** Plants all cases in one database, runs every rule on it, and compares. */
export async function judgePlanted(
  cases: readonly PlantedCase[],
  version: 15 | 17 | 18,
): Promise<{ scores: Score[]; result: CheckResult }> {
  const wanted = cases.filter((one) => one.versions?.includes(version) ?? true)
  const cleanups: (() => unknown)[] = []
  const database = await databaseFor(wanted, version, cleanups)
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  cleanups.push(() => client.end())
  try {
    for (const { plant } of wanted) {
      if (typeof plant === 'string') await client.query(plant)
      else {
        const cleanup = await plant({ database, client, version })
        if (cleanup !== undefined) cleanups.push(cleanup)
      }
    }
    // Else a session reports its counters once a second.
    await client.query('select pg_stat_force_next_flush()')
    const facts = await read(database.url)
    const result = judge(rules, facts)
    return { scores: wanted.map((one) => score(one, judgeOne(one, facts, result))), result }
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup()
  }
}

/** A copy on the shared server, or a server for the family where its cases change settings. */
async function databaseFor(
  cases: readonly PlantedCase[],
  version: 15 | 17 | 18,
  cleanups: (() => unknown)[],
): Promise<TestDatabase> {
  const settings: Settings = Object.assign({}, ...cases.map(({ server }) => server ?? {}))
  if (Object.keys(settings).length === 0) return testDatabase({ version, migrated: true })
  const after = (end: () => unknown): void => {
    cleanups.push(end)
  }
  const server = await ownServer({ after }, { version, migrated: true, settings })
  const roleUrl = (role: string): string => server.url('postgres', role)
  return {
    name: 'postgres',
    version: server.version,
    port: server.port,
    url: roleUrl('postgres'),
    adminUrl: roleUrl('supabase_admin'),
    roleUrl,
    drop: () => Promise.resolve(),
  }
}

async function read(url: string): Promise<SeenFacts> {
  const connection = await connect({ url })
  try {
    const { db } = connection
    const capabilities = await detectCapabilities(db)
    const probed = await readFacts(db, capabilities)
    const { top, thresholds } = defaults
    const reading = { top, thresholds, lifetime: true, leastMinutes: 0 }
    const { seen, unseen } = await withStatements(probed, { db, capabilities }, reading)
    assert.deepEqual(unseen, {})
    const { statements } = seen
    assert.ok(statements !== undefined)
    return { seen: { ...seen, statements: { ...statements, minutes } }, unseen }
  } finally {
    await connection.close()
  }
}

function judge(of: typeof rules, facts: SeenFacts): CheckResult {
  const now = facts.seen.server?.now ?? ''
  return runRules(of, facts, { now, statisticsMinutes: null, ...settled })
}

function judgeOne(
  { rule, recorded }: PlantedCase,
  facts: SeenFacts,
  all: CheckResult,
): CheckResult {
  if (recorded === undefined) return all
  const seen = { ...facts.seen, ...recorded(facts.seen) }
  return judge(
    rules.filter(({ name }) => name === rule),
    { ...facts, seen },
  )
}

/** A rule may have spoken in a finding that another rule names. */
function score({ rule, defects, decoys }: PlantedCase, { findings }: CheckResult): Score {
  const named = findings.filter(({ metadata }) => String(metadata.rules).split(',').includes(rule))
  const subjects = new Set(named.map(subjectOf))
  const isFound = (subject: string): boolean => subjects.has(subject)
  return {
    rule,
    found: defects.filter(isFound).length,
    missed: defects.filter((subject) => !isFound(subject)),
    mistaken: decoys.filter(isFound),
  }
}

/** The id of a statement is not known beforehand: its label stands for it. */
function subjectOf({ name, cacheKey, metadata }: Finding): string {
  if (metadata.type === 'statement') return String(metadata.name)
  return cacheKey.slice(name.length + 1)
}
