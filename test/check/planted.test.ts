/** Every rule fires on its planted defect, and stays silent on the look-alikes beside it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { rules } from '../../src/check/index.ts'
import { plantedCases } from './cases/index.ts'
import { judgePlanted, type Score } from './planted.ts'

test('every rule has a case, and every case its rule', () => {
  const planted = Object.values(plantedCases).flatMap((cases) => cases.map(({ rule }) => rule))
  assert.deepEqual([...new Set(planted)].sort(), rules.map(({ name }) => name).sort())
})

for (const version of [15, 17, 18] as const) {
  describe(`planted defects on ${version}`, () => {
    for (const [family, cases] of Object.entries(plantedCases)) {
      test(family, async (t) => {
        const { scores } = await judgePlanted(cases, version)
        t.diagnostic(precisionAndRecall(scores))
        assert.deepEqual(
          scores.filter(({ missed, mistaken }) => missed.length + mistaken.length > 0),
          [],
        )
      })
    }
  })
}

function precisionAndRecall(scores: readonly Score[]): string {
  const sum = (of: (score: Score) => number): number => scores.reduce((n, one) => n + of(one), 0)
  const found = sum((one) => one.found)
  const missed = sum(({ missed }) => missed.length)
  const mistaken = sum(({ mistaken }) => mistaken.length)
  const share = (of: number): string => (of === 0 ? 'none' : `${found}/${of}`)
  return `precision ${share(found + mistaken)}, recall ${share(found + missed)}, ${scores.length} rules`
}
