/** The life of findings: open, acknowledged, ignored, resolved and back again. Pure. */
export { advanceFindings } from './advance.ts'
export { type Decision, decide } from './decide.ts'
export { type Gain, gainOf } from './gain.ts'
export type {
  Advanced,
  CheckRun,
  Evidence,
  ExaminedRule,
  IgnoreOrder,
  StoredFinding,
  Transition,
} from './stored-finding.ts'
