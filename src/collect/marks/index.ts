/** Moments that people marked: deployments above all. */
export { storeMark } from './marks.ts'
