import type { PlantedCase } from '../../planted-case.ts'

/** Workers are the whole server's: test/check/autovacuum-busy.test.ts has one of its own. */
export const autovacuumBusy: PlantedCase = {
  rule: 'autovacuum_busy',
  plant: 'select',
  defects: [],
  decoys: [],
}
