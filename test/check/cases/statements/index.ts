import type { PlantedCase } from '../../planted-case.ts'
import { chattyStatement } from './chatty-statement.ts'
import * as history from './history.ts'
import { planBoundStatement } from './plan-bound-statement.ts'
import * as recorded from './recorded.ts'
import { slowStatement } from './slow-statement.ts'
import { spillingStatement } from './spilling-statement.ts'
import { starvedStatement } from './starved-statement.ts'
import { topStatement } from './top-statement.ts'
import { uncachedStatement } from './uncached-statement.ts'
import { unlimitedStatement } from './unlimited-statement.ts'
import { unsteadyStatement } from './unsteady-statement.ts'
import { walHeavyStatement } from './wal-heavy-statement.ts'

export const statementCases: readonly PlantedCase[] = [
  spillingStatement,
  planBoundStatement,
  unlimitedStatement,
  unsteadyStatement,
  slowStatement,
  chattyStatement,
  uncachedStatement,
  walHeavyStatement,
  starvedStatement,
  topStatement,
  ...Object.values(recorded),
  ...Object.values(history),
]
