/** Renderers: pure functions from a Report to what a person or a program reads. */
export { type RenderFormat, render } from './render.ts'
export type { TextOptions } from './text/render-text.ts'
