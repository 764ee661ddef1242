/** Probes of the catalogs and of the activity counters: what rules judge by. */
export { type FactsOptions, readFacts } from './read-facts.ts'
