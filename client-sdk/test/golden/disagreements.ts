/**
 * Holds sketch.ts and wire-parser.ts to the golden vectors, in whatever runtime imports it: only the
 * language, nothing of Node or Deno.
 */
import {
  binOf,
  createSketch,
  fromCounts,
  merge,
  quantile,
  type Sketch,
  type SketchCounts,
  toCounts,
} from '../../src/sketch.ts'
import { parseBatch } from '../../src/wire-parser.ts'
import bins from './bins.json' with { type: 'json' }
import merges from './merges.json' with { type: 'json' }
import { fill, type SketchInput } from './sketch-inputs.ts'
import sketches from './sketches.json' with { type: 'json' }
import type { WireVector } from './wire/vector.ts'
import wire from './wire.json' with { type: 'json' }

interface Answers {
  name: string
  counts: SketchCounts | null
  /** Pairs of q and value. */
  quantiles: number[][]
}

/** How many vectors there are, and where the code differs from them. */
export function disagreements(): { checked: number; found: string[] } {
  const found = [...wrongBins(), ...wrongSketches(), ...wrongMerges(), ...wrongBatches()]
  const checked = bins.length + sketches.length + merges.length + wire.vectors.length
  return { checked, found }
}

function wrongBins(): string[] {
  return (bins as [number, number][]).flatMap(([value, bin]) =>
    differing(`bin of ${value}`, binOf(value), bin),
  )
}

function wrongSketches(): string[] {
  return sketches.flatMap((vector) => wrongAnswers(vector, fill(vector as SketchInput)))
}

/** From counts, as they come out of storage. */
function wrongMerges(): string[] {
  return merges.flatMap((vector) => {
    const sum = createSketch()
    for (const part of vector.parts) {
      const counts = sketches.find(({ name }) => name === part)?.counts
      if (counts) merge(sum, fromCounts(counts))
    }
    return wrongAnswers(vector, sum)
  })
}

function wrongAnswers(vector: Answers, sketch: Sketch): string[] {
  const { name, counts, quantiles } = vector
  return [
    ...differing(`counts of ${name}`, sketch.n === 0 ? null : toCounts(sketch), counts),
    ...quantiles.flatMap(([q = 0, value]) =>
      differing(`quantile ${q} of ${name}`, quantile(sketch, q), value),
    ),
  ]
}

function wrongBatches(): string[] {
  return (wire.vectors as WireVector[]).flatMap((vector) => {
    const payload = vector.text === undefined ? vector.payload : JSON.parse(vector.text)
    const { accepted, dropped, reasons, batch } = parseBatch(payload, wire.now)
    const sum = Object.values(vector.reasons).reduce((all, times) => all + times, 0)
    const answer = { accepted, dropped, reasons }
    const again = parseBatch(JSON.parse(JSON.stringify(batch)), wire.now)
    return [
      ...differing(vector.name, answer, {
        accepted: vector.accepted,
        dropped: sum,
        reasons: vector.reasons,
      }),
      ...(batch === null ? [] : differing(`${vector.name}, again`, again.batch, batch)),
      ...(batch === null ? [] : differing(`${vector.name}, again`, again.dropped, 0)),
    ]
  })
}

function differing(what: string, actual: unknown, expected: unknown): string[] {
  const [is, should] = [canonical(actual), canonical(expected)]
  return is === should ? [] : [`${what}: ${is} instead of ${should}`]
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
