/** The stored history of statements, as regressions are found in it. */
export { type ReadHistory, readHistory } from './read-history.ts'
