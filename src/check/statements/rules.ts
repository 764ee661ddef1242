import { callsSurge } from './calls-surge.ts'
import { chattyStatement } from './chatty-statement.ts'
import { jitBoundStatement } from './jit-bound-statement.ts'
import { newStatement } from './new-statement.ts'
import { planBoundStatement } from './plan-bound-statement.ts'
import { planChanged } from './plan-changed.ts'
import { regressedStatement } from './regressed-statement.ts'
import { rowsGrowth } from './rows-growth.ts'
import { slowStatement } from './slow-statement.ts'
import { spillingStatement } from './spilling-statement.ts'
import { starvedStatement } from './starved-statement.ts'
import { type StatementRule, statementRule } from './statement-rule.ts'
import { topStatement } from './top-statement.ts'
import { uncachedStatement } from './uncached-statement.ts'
import { unlimitedStatement } from './unlimited-statement.ts'
import { unsteadyStatement } from './unsteady-statement.ts'
import { walHeavyStatement } from './wal-heavy-statement.ts'

/** Rules on statements, the likelier cause first: it names the trouble where several speak of one. */
export const statementRules: readonly StatementRule[] = [
  statementRule({
    name: 'regressed_statement',
    title: 'Became slower',
    description: 'Finds statements that became slower, against before or within the window.',
    flag: 'regressed',
    find: regressedStatement,
  }),
  statementRule({
    name: 'rows_growth',
    title: 'Returns more rows',
    description: 'Finds statements whose calls return or touch far more rows than before.',
    find: rowsGrowth,
  }),
  statementRule({
    name: 'calls_surge',
    title: 'Runs more often',
    description: 'Finds statements that run far more often than at the same hour of earlier days.',
    find: callsSurge,
  }),
  statementRule({
    name: 'spilling_statement',
    title: 'Spills to disk',
    description: 'Finds statements that sort or hash more than fits into their memory.',
    flag: 'spilling',
    find: spillingStatement,
  }),
  statementRule({
    name: 'jit_bound_statement',
    title: 'Compiles longer than it should',
    description: 'Finds statements that spend much of their time being compiled.',
    find: jitBoundStatement,
  }),
  statementRule({
    name: 'plan_bound_statement',
    title: 'Planning takes longer than running',
    description: 'Finds statements that take longer to plan than to run.',
    find: planBoundStatement,
  }),
  statementRule({
    name: 'unlimited_statement',
    title: 'No limit',
    description: 'Finds reads of many rows that nothing bounds.',
    find: unlimitedStatement,
  }),
  statementRule({
    name: 'unsteady_statement',
    title: 'Unsteady',
    description: 'Finds statements of which some calls are far slower than most.',
    find: unsteadyStatement,
  }),
  statementRule({
    name: 'slow_statement',
    title: 'Slow statement',
    description: 'Finds statements whose calls take long, by their mean in the window.',
    flag: 'slow',
    find: slowStatement,
  }),
  statementRule({
    name: 'chatty_statement',
    title: 'Chatty (N+1)',
    description: 'Finds cheap statements that run row by row where one would do.',
    flag: 'chatty',
    find: chattyStatement,
  }),
  statementRule({
    name: 'uncached_statement',
    title: 'Reads from disk',
    description: 'Finds statements that read much of what is read from outside the cache.',
    find: uncachedStatement,
  }),
  statementRule({
    name: 'wal_heavy_statement',
    title: 'Writes much WAL',
    description: 'Finds statements whose changes weigh far more in the WAL than they need.',
    find: walHeavyStatement,
  }),
  statementRule({
    name: 'starved_statement',
    title: 'Parallel workers missing',
    description: 'Finds statements planned for parallel workers that they do not get.',
    find: starvedStatement,
  }),
  statementRule({
    name: 'plan_changed',
    title: 'Plan changed',
    description:
      'Finds statements whose plan, as the role that runs them, is not the one of before.',
    find: planChanged,
  }),
  statementRule({
    name: 'new_statement',
    title: 'New statement',
    description: 'Finds statements that first ran in this window and count already.',
    flag: 'new',
    find: newStatement,
  }),
  statementRule({
    name: 'top_statement',
    title: 'Takes much',
    description: 'Names the statements that take most of a resource: time, blocks, reads, WAL.',
    find: topStatement,
  }),
]
