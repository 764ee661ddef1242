import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { parseBudget } from '../../budget.ts'
import { defaults } from '../../config.ts'
import { jobNames } from '../../config-schedule.ts'
import { jobTimings } from './job-defaults.ts'

const page = await readFile(new URL('../../../docs/schedule.md', import.meta.url), 'utf8')

test('the table of jobs in docs/schedule.md is what the program does', () => {
  const sink = { type: 'step-summary', name: 'x', when: 'always', level: 'info', jobs: [] } as const
  const budget = parseBudget('LCP < 2.5 s')
  assert.ok(budget)
  const timings = jobTimings({ ...defaults, deliver: [sink], budgets: [budget] })
  const rows = [...page.matchAll(/^\| `(\w+)` \| `([^`]+)` \| (skip|catch-up) \| /gm)]
  assert.deepEqual(
    rows.map(([, job, cron, missed]) => [job, cron, missed]),
    jobNames.map((name) => [name, timings[name].cron, timings[name].missed]),
  )
  for (const timing of Object.values(timings)) {
    assert.deepEqual([timing.enabled, timing.timezone, timing.retries], [true, 'UTC', 3])
  }
  const idle = jobNames.filter((name) => !jobTimings(defaults)[name].enabled)
  assert.deepEqual(idle, ['report', 'budgets', 'deliver'], 'without a place or a budget')
})
