/** Rules on statements: what they cost, why, and what keeps them from being seen. */
import type { Rule } from '../rule.ts'
import { databaseSpills } from './database-spills.ts'
import { ioTimingOff } from './io-timing-off.ts'
import { statementRules } from './rules.ts'
import { statisticsDiluted } from './statistics-diluted.ts'
import { statisticsFull } from './statistics-full.ts'
import { statisticsOff } from './statistics-off.ts'
import { statisticsOutdated } from './statistics-outdated.ts'
import { statisticsReset } from './statistics-reset.ts'

export { judgeStatements } from './judge-statements.ts'

export const statementFamily: readonly Rule[] = [
  ...statementRules,
  databaseSpills,
  statisticsOff,
  statisticsOutdated,
  statisticsFull,
  statisticsReset,
  statisticsDiluted,
  ioTimingOff,
]
