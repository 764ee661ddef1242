/**
 * The demo: a B2B AI assistant with the troubles that real projects have, and people who use it.
 * planted-troubles.ts says what is wrong with it; schema.sql and indexes.sql say where.
 */
export { createDemo, type DemoOptions, deployDemo } from './demo-database.ts'
export { type PlantedTrouble, plantedTroubles } from './planted-troubles.ts'
export { type DemoStack, demoId, loadSupabase } from './sessions.ts'
export {
  afterDeploy,
  beforeDeploy,
  doomed,
  openWorkload,
  type Phase,
  type Screen,
  type Workload,
  type WorkloadResult,
} from './workload.ts'
