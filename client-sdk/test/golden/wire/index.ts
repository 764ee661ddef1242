/**
 * Batches and what becomes of them, thought out by hand: the parser and the SQL must both agree.
 * Times are relative: the SQL test moves everything by whole minutes to its own clock, and so every
 * time is at least ten minutes away from a limit.
 */
import { wholeBatches } from './batches.ts'
import { dimensions } from './dimensions.ts'
import { events } from './events.ts'
import { reports } from './reports.ts'
import { sketches } from './sketches.ts'
import { texts } from './texts.ts'
import { id, type WireVector } from './vector.ts'

export const wireVectors: WireVector[] = [
  ...wholeBatches,
  ...dimensions,
  ...events,
  ...reports,
  ...sketches,
  ...texts,
].map(withOwnId)

/** Each vector is a batch of its own: all may go into one database. */
function withOwnId(vector: WireVector, place: number): WireVector {
  const own = `${id.slice(0, -4)}${String(place).padStart(4, '0')}`
  const text = JSON.stringify(vector)
    .replaceAll(id, own)
    .replaceAll(id.toUpperCase(), own.toUpperCase())
  return JSON.parse(text) as WireVector
}
