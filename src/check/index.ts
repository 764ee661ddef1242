/** The rules: one a file, from facts to findings. Pure. */
export type { CheckContext } from './rule.ts'
export { rules } from './rules.ts'
export {
  type CheckOptions,
  type CheckResult,
  isWanted,
  type JudgedRule,
  runRules,
} from './run-rules.ts'
export { judgeStatements } from './statements/index.ts'
