import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SeenFacts } from '../facts/index.ts'
import type { FindingLevel } from '../finding.ts'
import { objectFinding } from './object-finding.ts'
import { defineRule, type Rule, type RuleDefinition } from './rule.ts'
import { runRules } from './run-rules.ts'

const now = '2026-11-23T12:00:00.000Z'
const old = { now, statisticsMinutes: 60 * 24 * 60 }
const facts: SeenFacts = { seen: { tables: [] }, unseen: { indexes: { why: 'no', remedy: 'do' } } }

function rule(
  name: string,
  given: Partial<RuleDefinition<'tables'>> & { level?: FindingLevel },
): Rule {
  const title = name.replaceAll('_', ' ')
  const { level = 'WARN' } = given
  const subject = { type: 'table', schema: 'public', name: 't' }
  const verdict = {
    level,
    summary: name,
    detail: `${name}.`,
    remediation: '',
    evidence: { [name]: 1 },
  }
  return defineRule({
    name,
    title,
    description: `Finds ${title}.`,
    examines: 'tables',
    needs: ['tables'],
    judge: () => ({ examined: 3, findings: [objectFinding({ name, title }, subject, verdict)] }),
    ...given,
  })
}

const skippedOf = (rules: Rule[], context = old, options = {}): string[] =>
  runRules(rules, facts, context, options).skipped.map(({ why }) => why)

test('says what each rule looked at, most severe findings first', () => {
  const rules = [rule('a', { level: 'INFO' }), rule('b', { level: 'ERROR' })]
  const { examined, skipped, findings } = runRules(rules, facts, old)
  assert.deepEqual(examined[0], { rule: 'a', count: 3, what: 'tables' })
  assert.deepEqual(skipped, [])
  assert.deepEqual(
    findings.map(({ name, description, facing }) => [name, description, facing]),
    [
      ['b', 'Finds b.', 'EXTERNAL'],
      ['a', 'Finds a.', 'EXTERNAL'],
    ],
  )
})

test('skips a rule whose facts could not be had, with the reason and the remedy', () => {
  const needy = rule('needy', { needs: ['tables', 'indexes'] as unknown as ['tables'] })
  assert.deepEqual(runRules([needy], facts, old).skipped, [
    { rule: 'needy', why: 'no', remedy: 'do' },
  ])
})

test('is silent on young counters, and not sure of those younger than a week', () => {
  const counting = rule('counting', { counters: true, level: 'ERROR' })
  const young = { now, statisticsMinutes: 14.5 }
  assert.match(skippedOf([counting], young)[0] ?? '', /14 min old/)
  assert.deepEqual(skippedOf([rule('other', {})], young), [])
  const [finding] = runRules([counting], facts, { now, statisticsMinutes: 60 }).findings
  assert.deepEqual([finding?.level, finding?.metadata.confidence], ['WARN', 'low'])
  const [settled] = runRules([counting], facts, old).findings
  assert.deepEqual([settled?.level, settled?.metadata.confidence], ['ERROR', 'high'])
})

test('runs what was asked for, by name or by family', () => {
  const rules = [rule('index_a', {}), rule('index_b', {}), rule('table_a', { schemaOnly: true })]
  const ran = (only: string[]): string[] =>
    runRules(rules, facts, old, { only }).examined.map((one) => one.rule)
  assert.deepEqual(ran(['index_*']), ['index_a', 'index_b'])
  assert.deepEqual(ran(['table_a']), ['table_a'])
  assert.deepEqual(ran(['table']), [])
  assert.equal(skippedOf(rules, old, { schemaOnly: true }).length, 2)
})

test('merges what rules say of one trouble of one object', () => {
  const rules = [
    rule('first', { trouble: 'same', level: 'INFO' }),
    rule('second', { trouble: 'same', level: 'ERROR' }),
    rule('third', {}),
  ]
  const { findings } = runRules(rules, facts, old)
  assert.deepEqual(
    findings.map(({ name, level, metadata }) => [name, level, metadata.rules]),
    [
      ['first', 'ERROR', 'first,second'],
      ['third', 'WARN', 'third'],
    ],
  )
  assert.deepEqual(findings[0]?.evidence, { first: 1, second: 1 })
})

test('a rule that breaks down is named and stops no other', () => {
  const broken = rule('broken', {
    judge() {
      throw new Error('no such thing')
    },
  })
  const { skipped, examined } = runRules([broken, rule('fine', {})], facts, old)
  assert.deepEqual(
    [skipped[0]?.why, examined[0]?.rule],
    ['the rule broke down: no such thing', 'fine'],
  )
})
