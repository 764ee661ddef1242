import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import { budgetDefaults, parseBudget } from './budget.ts'

test('understands what docs/budgets.md says', async () => {
  const page = await readFile(new URL('../docs/budgets.md', import.meta.url), 'utf8')
  const table = page.slice(page.indexOf('| sentence |'), page.indexOf('\nUnits are'))
  const sentences = table.split('\n').flatMap((row) => {
    const cell = row.split('|')[1] ?? ''
    return Array.from(cell.matchAll(/`([^`]+)`/g), ([, sentence = '']) => sentence)
  })
  assert.ok(sentences.length >= 8)
  for (const sentence of sentences) assert.ok(parseBudget(sentence), sentence)
  const code = Array.from(page.matchAll(/'(.* < .*)'/g), ([, sentence = '']) => sentence)
  assert.ok(code.length >= 4)
  for (const sentence of code) assert.ok(parseBudget(sentence), sentence)
})

test('takes subject, figure and limit from a sentence', () => {
  const cases: [string, unknown, number | 'mean', number][] = [
    ['p95 of route X < 300 ms', { kind: 'route', route: 'X', method: null }, 0.95, 300],
    [
      'P99.9 of route /a/:id below 1.5s',
      { kind: 'route', route: '/a/:id', method: null },
      0.999,
      1_500,
    ],
    ['p95 of route GET /a < 300 ms', { kind: 'route', route: '/a', method: 'GET' }, 0.95, 300],
    ['mean of span "my span" < 250 us', { kind: 'span', name: 'my span' }, 'mean', 0.25],
    ['LCP p75 < 2.5 s', { kind: 'vital', vital: 'LCP', route: null, device: null }, 0.75, 2_500],
    [
      'cls of route /a on mobile < 0.1',
      { kind: 'vital', vital: 'CLS', route: '/a', device: 'mobile' },
      0.75,
      0.1,
    ],
    ['statement Y < 5 ms mean', { kind: 'statement', match: 'Y', role: null }, 'mean', 5],
    [
      'mean of statement "a *" as anon < 5 ms',
      { kind: 'statement', match: 'a *', role: 'anon' },
      'mean',
      5,
    ],
  ]
  for (const [sentence, subject, figure, below] of cases) {
    const budget = parseBudget(sentence)
    assert.deepEqual(
      [budget?.subject, budget?.figure, budget?.below],
      [subject, figure, below],
      sentence,
    )
  }
})

test('refuses what can not be held', () => {
  const wrong = [
    '',
    'p95 of route X',
    'p95 of route X < 0 ms',
    'p0 of route X < 1 ms',
    'p100 of route X < 1 ms',
    'route X < 1 ms',
    'statement X < 5 ms',
    'p95 of statement X < 5 ms',
    'p95 of route X < 300',
    'CLS < 100 ms',
    'LCP < 2.5',
    'p75 of LCP p95 < 1 s',
    'p95 of function GET x < 1 s',
  ]
  for (const sentence of wrong) assert.equal(parseBudget(sentence), null, sentence)
})

test('never throws, and takes what is said beside the sentence', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseBudget(text)))
  const budget = parseBudget('LCP < 2 s', { windowMinutes: 60, name: 'start page' })
  assert.deepEqual(
    { ...budgetDefaults, windowMinutes: 60, name: 'start page' },
    Object.fromEntries(
      Object.entries(budget ?? {}).filter(([key]) => !['subject', 'figure', 'below'].includes(key)),
    ),
  )
})
