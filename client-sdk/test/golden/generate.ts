/**
 * Writes the golden vectors beside this file: `node client-sdk/test/golden/generate.ts`. A test
 * fails while what is committed differs from what this makes.
 *
 * A change of what is already there is a change of the format: stored sketches would be misread.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  binOf,
  createSketch,
  MAX_BIN,
  MIN_BIN,
  merge,
  quantile,
  type Sketch,
  type SketchCounts,
  toCounts,
  upperBorder,
} from '../../src/sketch.ts'
import { fill, mergeInputs, quantiles, sketchInputs } from './sketch-inputs.ts'
import { wireVectors } from './wire/index.ts'
import { now } from './wire/vector.ts'

/** The files and their content. */
export function goldenFiles(): Record<string, string> {
  return {
    'bins.json': lines(binVectors()),
    'sketches.json': lines(sketchInputs.map((input) => ({ ...input, ...answers(fill(input)) }))),
    'merges.json': lines(mergeInputs.map((input) => ({ ...input, ...answers(merged(input)) }))),
    'wire.json': `{"now": ${now}, "vectors": ${lines(wireVectors)}}\n`,
  }
}

function merged({ parts }: { parts: string[] }): Sketch {
  const sketch = createSketch()
  for (const part of parts) {
    const input = sketchInputs.find(({ name }) => name === part)
    if (input === undefined) throw new Error(`no sketch vector ${part}`)
    merge(sketch, fill(input))
  }
  return sketch
}

function answers(sketch: Sketch): { counts: SketchCounts | null; quantiles: [number, number][] } {
  if (sketch.n === 0) return { counts: null, quantiles: [] }
  return {
    counts: toCounts(sketch),
    quantiles: quantiles.map((q) => [q, quantile(sketch, q) as number]),
  }
}

/** Values and their bins: at and beside borders, where implementations would differ. */
function binVectors(): [value: number, bin: number][] {
  const values: number[] = []
  for (let bin = MIN_BIN; bin < MAX_BIN; bin += bin % 100 === 0 ? 1 : 9) {
    const border = upperBorder(bin)
    values.push(neighbour(border, -1n), border, neighbour(border, 1n))
  }
  for (let power = -4; power <= 10; power++) values.push(10 ** power, 2 * 10 ** power)
  for (let whole = 3; whole < 100; whole += 4) values.push(whole, whole / 8, whole * 1.1)
  values.push(5e-324, 2.2250738585072014e-308, 0.001, 0.1, 1 / 3, 1e9, 1e300)
  return values.map((value) => [value, binOf(value)])
}

/** The next double above or below. */
function neighbour(value: number, step: 1n | -1n): number {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, value)
  bits.setBigUint64(0, bits.getBigUint64(0) + step)
  return bits.getFloat64(0)
}

/** JSON with one vector a line, so that a change can be read. */
function lines(vectors: readonly unknown[]): string {
  return `[\n${vectors.map((vector) => JSON.stringify(vector)).join(',\n')}\n]\n`
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(goldenFiles())) {
    writeFileSync(join(import.meta.dirname, name), text)
  }
}
