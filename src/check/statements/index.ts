/** Rules on statements: what they cost, why, and what keeps them from being seen. */
export { judgeStatements } from './judge-statements.ts'
export { statementRules } from './rules.ts'
