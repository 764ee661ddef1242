/** The plans of statements, as the roles that run them, day by day. */
export { type PlanOptions, type PlansResult, readPlans, recordPlans } from './record-plans.ts'
