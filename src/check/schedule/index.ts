/** Rules on Supascope's own jobs: without them the others see less and less. */
import type { Rule } from '../rule.ts'
import { jobFailed } from './job-failed.ts'
import { jobMissed } from './job-missed.ts'

export const scheduleRules: readonly Rule[] = [jobFailed, jobMissed]
