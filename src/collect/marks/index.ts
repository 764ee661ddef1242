/** Moments that people marked: deployments above all. */
export { type Mark, readMarks, storeMark } from './marks.ts'
