/** The rules: one a file, from the facts of a window to its findings. Pure. */
export { judgeStatements } from './judge-statements.ts'
