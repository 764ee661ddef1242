import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import { judgeStatements, rules } from '../src/check/index.ts'
import { testDatabase } from './database.ts'
import { windowFacts } from './fixtures/window-facts.ts'

const folder = join(import.meta.dirname, '..', 'docs', 'findings')

/** Findings that no rule of `check` makes: the scheduler's and the budgets'. */
const others: readonly string[] = ['budget_exceeded']

function statementRules(): string[] {
  const { findings } = judgeStatements(windowFacts({}))
  return findings.flatMap(({ metadata }) => String(metadata.rules).split(','))
}

test('every rule has its page, and every page its rule', () => {
  const names = new Set([...statementRules(), ...rules.map(({ name }) => name), ...others])
  const pages = readdirSync(folder).map((file) => file.replace(/\.md$/, ''))
  assert.deepEqual(pages.toSorted(), [...names].toSorted())
})

for (const file of readdirSync(folder)) {
  test(`${file} says the rule, its level, why, what to do, and how to see for oneself`, () => {
    const page = readFileSync(join(folder, file), 'utf8')
    const headings = Array.from(page.matchAll(/^##? (.*)$/gm), ([, heading]) => heading)
    assert.deepEqual(headings, [
      file.replace(/\.md$/, ''),
      'Rule',
      'Level',
      'Why',
      'What to do',
      'Caveats',
      'See for yourself',
    ])
    assert.equal(page.match(/^```sql$/gm)?.length, 1)
  })
}

for (const version of [15, 17, 18] as const) {
  test(`the SQL of every page runs as postgres on ${version}`, async () => {
    const client = new pg.Client({
      connectionString: (await testDatabase({ version, migrated: true })).url,
    })
    await client.connect()
    try {
      for (const file of readdirSync(folder)) {
        const page = readFileSync(join(folder, file), 'utf8')
        const [, query = ''] = page.match(/^```sql\n(.*?)^```$/ms) ?? []
        // A page of two statements answers with two results.
        const fields = [await client.query(query)].flat().flatMap((result) => result.fields)
        assert.ok(fields.length > 0, file)
      }
    } finally {
      await client.end()
    }
  })
}
