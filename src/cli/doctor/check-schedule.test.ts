import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Check, Facts } from './check.ts'
import { checkSchedule, type ScheduledJob } from './check-schedule.ts'

function job(changes: Partial<ScheduledJob> = {}): ScheduledJob {
  const at = new Date('2026-11-23T12:00:00Z')
  return {
    job: 'snapshot',
    cron: '* * * * *',
    timezone: 'UTC',
    settledAt: at,
    fireAt: at,
    outcome: 'done',
    running: false,
    runner: 'host:1:ab',
    startedAt: at,
    tookMs: 12,
    attempts: 1,
    reason: null,
    error: null,
    dbMs: 10,
    dbStatements: 8,
    lastDoneAt: at,
    failing: 0,
    failingSince: null,
    missed: 0,
    missedSince: null,
    missedUntil: null,
    waitsMs: null,
    agoMs: 20_000,
    ...changes,
  }
}

function check(schedule: Facts['schedule'], name: string): Check | undefined {
  const facts = { schedule, capabilities: { role: { name: 'Agent' } } } as Facts
  return checkSchedule(facts).find((one) => one.name === name)
}

describe('the schedule', () => {
  it('is not spoken of where the schema is not as expected', () => {
    assert.equal(check(undefined, 'schedule'), undefined)
  })

  it('is closed to a role that is told the grant', () => {
    const found = check(null, 'schedule')
    assert.equal(found?.status, 'warn')
    assert.equal(found?.remedy, 'grant execute on function supascope.last_runs() to "Agent";')
  })

  it('is no trouble where nobody has ever served', () => {
    assert.equal(check([], 'schedule')?.status, 'ok')
    const single = [job({ cron: null, timezone: null })]
    assert.match(check(single, 'schedule')?.detail ?? '', /no `supascope serve` has run here/)
    assert.match(check(single, 'schedule_snapshot')?.detail ?? '', /^not scheduled here; last ran/)
  })

  it('is fine while somebody serves, with the last run of each job and its cost', () => {
    const found = [job({ waitsMs: 5_000 }), job({ job: 'report', agoMs: null })]
    assert.equal(check(found, 'schedule')?.status, 'ok')
    assert.match(
      check(found, 'schedule_snapshot')?.detail ?? '',
      /^\* \* \* \* \* UTC; last ran 20 s ago: done in 12 ms, 10 ms of it in 8 statements$/,
    )
    assert.match(check(found, 'schedule_report')?.detail ?? '', /has not run yet$/)
  })

  it('warns when firings wait that nobody accounts for', () => {
    const found = [job({ waitsMs: 300_000 }), job({ job: 'report' })]
    assert.match(
      check(found, 'schedule')?.detail ?? '',
      /nobody serves: 1 job of 2 overdue for .*5 min/,
    )
    assert.equal(check(found, 'schedule')?.remedy, 'supascope serve')
    assert.equal(check(found, 'schedule_snapshot')?.status, 'warn')
    assert.equal(check(found, 'schedule_report')?.status, 'ok')
  })

  it('warns of a job that fails, with its error on one line', () => {
    const found = check(
      [job({ failing: 2, outcome: 'failed', error: 'a\nb' })],
      'schedule_snapshot',
    )
    assert.equal(found?.status, 'warn')
    assert.match(found?.detail ?? '', /2 runs in a row failed: a b$/)
    assert.equal(found?.remedy, 'supascope run snapshot')
  })

  it('tells what was missed, what runs and what was left', () => {
    const detail = (changes: Partial<ScheduledJob>): string =>
      check([job(changes)], 'schedule_snapshot')?.detail ?? ''
    assert.match(detail({ missed: 3 }), /; 3 firings missed in the last day$/)
    assert.match(detail({ running: true, outcome: null }), /runs since 20 s at host:1:ab$/)
    assert.match(detail({ outcome: null, tookMs: null, dbStatements: null }), /left in the middle$/)
  })
})
