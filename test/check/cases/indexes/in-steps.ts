import type { PlantedCase } from '../../planted-case.ts'

/**
 * Plants in several transactions, after each of which its counters are there: an ANALYZE within the
 * transaction that wrote the rows would leave the table changed since.
 */
export function inSteps(...steps: readonly string[]): PlantedCase['plant'] {
  return async ({ client }) => {
    for (const step of steps) {
      await client.query(`${step}; select pg_stat_force_next_flush()`)
    }
    return undefined
  }
}
