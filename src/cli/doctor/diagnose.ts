import type { Check, Facts } from './check.ts'
import { checkConnection } from './check-connection.ts'
import { checkExtras } from './check-extras.ts'
import { checkJobs } from './check-jobs.ts'
import { checkRole } from './check-role.ts'
import { checkSchedule } from './check-schedule.ts'
import { checkSchema } from './check-schema.ts'
import { checkServer } from './check-server.ts'
import { checkStatistics } from './check-statistics.ts'

/** What `doctor` found. Its JSON form is this object as it is. */
export interface Diagnosis {
  schema: 1
  /** True if nothing failed. */
  ok: boolean
  checks: Check[]
}

/** Judges the facts. Pure. */
export function diagnose(facts: Facts): Diagnosis {
  return toDiagnosis([
    ...checkConnection(facts),
    ...checkServer(facts),
    ...checkRole(facts),
    ...checkStatistics(facts),
    ...checkSchema(facts),
    ...checkJobs(facts),
    ...checkSchedule(facts),
    ...checkExtras(facts),
  ])
}

export function toDiagnosis(checks: Check[]): Diagnosis {
  return { schema: 1, ok: checks.every((check) => check.status !== 'fail'), checks }
}
