import { chattyStatement } from './chatty-statement.ts'
import { newStatement } from './new-statement.ts'
import { regressedStatement } from './regressed-statement.ts'
import { slowStatement } from './slow-statement.ts'
import { spillingStatement } from './spilling-statement.ts'
import { type StatementRule, statementRule } from './statement-rule.ts'

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
    name: 'spilling_statement',
    title: 'Spills to disk',
    description: 'Finds statements that sort or hash more than fits into their memory.',
    flag: 'spilling',
    find: spillingStatement,
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
    name: 'new_statement',
    title: 'New statement',
    description: 'Finds statements that first ran in this window and count already.',
    flag: 'new',
    find: newStatement,
  }),
]
