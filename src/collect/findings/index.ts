/** The memory of findings: what runs of the check found, and what people decided. */
export { type Decided, decideFinding, readFindings } from './decide-finding.ts'
export {
  judgeCheckRun,
  type SettledRun,
  type StoreOptions,
  storeCheckRun,
} from './store-check-run.ts'
