/** What needs weeks of history: the rules judge recorded facts. */

import { historyFacts, type Remembered } from '../../../fixtures/history-facts.ts'
import { seenAt, simulatedHistory, simulationStart } from '../../../fixtures/simulated-history.ts'
import type { PlantedCase } from '../../planted-case.ts'

const hour = 3_600_000
const day = 24 * hour
const days = 16
const end = simulationStart + days * day
/** In the morning of the last day, when load rises anyway. */
const change = end - 15 * hour

function remembered(
  table: string,
  seed: number,
  given: Parameters<typeof simulatedHistory>[0]['change'] = undefined,
): Remembered {
  const simulation = { seed, days, ...(given === undefined ? {} : { change: given }) }
  return { table, points: seenAt(simulatedHistory(simulation), end) }
}

/** The noise of these seeds: swings by the hour, nightly jobs, bursts, heavy tails. */
const steady = [11, 12, 13, 14].map((seed) => remembered(`steady_${seed}`, seed))
const steadyLabels = steady.map(({ table }) => `select ${table}`)

function within(table: string, figure: 'time' | 'calls' | 'rows', factor: number): Remembered[] {
  const changes = [21, 22, 23].map((seed) =>
    remembered(`${table}_${seed}`, seed, { at: change, figure, factor }),
  )
  return [...changes, ...steady]
}

function planted(rule: string, figure: 'time' | 'calls' | 'rows', factor: number): PlantedCase {
  const all = within(figure, figure, factor)
  return {
    rule,
    plant: '',
    recorded: () => ({ statements: historyFacts(all) }),
    defects: all.slice(0, 3).map(({ table }) => `select ${table}`),
    decoys: steadyLabels,
  }
}

export const slowerByHistory: PlantedCase = planted('regressed_statement', 'time', 4)
export const surging: PlantedCase = planted('calls_surge', 'calls', 6)
export const growing: PlantedCase = planted('rows_growth', 'rows', 40)

const sight = (shape: string, first: number, last: number) => ({
  shape,
  firstSeenAt: end - first * hour,
  lastSeenAt: end - last * hour,
})
const scan = 'Seq Scan on public.t'
const index = 'Index Scan using t_b on public.t'

export const anotherPlan: PlantedCase = {
  rule: 'plan_changed',
  plant: '',
  recorded: () => ({
    statements: historyFacts([
      {
        ...remembered('flipped', 31, { at: change, figure: 'time', factor: 4 }),
        sightings: [sight(index, 90, 17), sight(scan, 14, 1)],
      },
      { ...remembered('constant', 32), sightings: [sight(index, 90, 1)] },
      {
        ...remembered('flipped_last_week', 33),
        sightings: [sight(index, 300, 200), sight(scan, 190, 1)],
      },
    ]),
  }),
  defects: ['select flipped'],
  decoys: ['select constant', 'select flipped_last_week'],
}
