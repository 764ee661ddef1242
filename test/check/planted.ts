import assert from 'node:assert/strict'
import pg from 'pg'
import { type CheckContext, type CheckResult, rules, runRules } from '../../src/check/index.ts'
import { readFacts } from '../../src/collect/catalog/index.ts'
import { connect, detectCapabilities } from '../../src/db/index.ts'
import { testDatabase } from '../database.ts'
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

/** Plants all cases in one database, runs every rule on it, and compares. */
export async function judgePlanted(
  cases: readonly PlantedCase[],
  version: 15 | 17 | 18,
): Promise<{ scores: Score[]; result: CheckResult }> {
  const wanted = cases.filter((one) => one.versions?.includes(version) ?? true)
  const database = await testDatabase({ version, migrated: true })
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const cleanups: (() => Promise<void>)[] = []
  try {
    for (const { plant } of wanted) {
      if (typeof plant === 'string') await client.query(plant)
      else {
        const cleanup = await plant({ database, client, version })
        if (cleanup !== undefined) cleanups.push(cleanup)
      }
    }
    const result = await check(database.url)
    return { scores: wanted.map((one) => score(one, result)), result }
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup()
    await client.end()
  }
}

async function check(url: string): Promise<CheckResult> {
  const connection = await connect({ url })
  try {
    const capabilities = await detectCapabilities(connection.db)
    const facts = await readFacts(connection.db, capabilities)
    assert.deepEqual(facts.unseen, {})
    const now = facts.seen.server?.now ?? ''
    return runRules(rules, facts, { now, statisticsMinutes: null, ...settled })
  } finally {
    await connection.close()
  }
}

function score({ rule, defects, decoys }: PlantedCase, { findings }: CheckResult): Score {
  const keys = new Set(findings.filter((one) => one.name === rule).map((one) => one.cacheKey))
  const isFound = (subject: string): boolean => keys.has(`${rule}:${subject}`)
  return {
    rule,
    found: defects.filter(isFound).length,
    missed: defects.filter((subject) => !isFound(subject)),
    mistaken: decoys.filter(isFound),
  }
}
