/** Rules on what functions do inside, which the statistics of statements do not show. */
import type { Rule } from '../rule.ts'
import { authPerRow } from './auth-per-row.ts'
import { couldBeStable } from './could-be-stable.ts'
import { countToExist } from './count-to-exist.ts'
import { exceptionInLoop } from './exception-in-loop.ts'
import { innerStatements } from './inner-statements.ts'
import { queryInLoop } from './query-in-loop.ts'
import { selectStar } from './select-star.ts'
import { writeWithoutWhere } from './write-without-where.ts'

export const functionRules: readonly Rule[] = [
  queryInLoop,
  authPerRow,
  countToExist,
  writeWithoutWhere,
  exceptionInLoop,
  couldBeStable,
  selectStar,
  innerStatements,
]
