import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { judgeStatements } from '../src/check/index.ts'
import { windowFacts } from './fixtures/window-facts.ts'

const folder = join(import.meta.dirname, '..', 'docs', 'findings')

test('every rule has its page, and every page its rule', () => {
  const { findings } = judgeStatements(windowFacts({}))
  const rules = new Set(findings.flatMap(({ metadata }) => String(metadata.rules).split(',')))
  const pages = readdirSync(folder).map((file) => file.replace(/\.md$/, ''))
  assert.deepEqual(pages.toSorted(), [...rules].toSorted())
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
    assert.match(page, /extensions\.pg_stat_statements/)
  })
}
