/** `supascope doctor`: what this database has, lacks, and how to mend it. */
export { type Check, type Facts, fail } from './check.ts'
export { type Diagnosis, diagnose, toDiagnosis } from './diagnose.ts'
export { gatherFacts } from './gather-facts.ts'
export { diagnosisMarkdown, diagnosisText } from './print-diagnosis.ts'
