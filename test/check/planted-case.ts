import type pg from 'pg'
import type { Facts } from '../../src/facts/index.ts'
import type { Settings } from '../../src/local/postgres/index.ts'
import type { TestDatabase } from '../database.ts'

/** What a case plants its defects with. */
export interface Planting {
  database: TestDatabase
  /** As `postgres`, who owns what it makes. */
  client: pg.Client
  /** 15, 17 or 18 */
  version: number
}

/**
 * Defects of one rule, and decoys beside them: look-alikes that are fine. Objects carry the rule's
 * name, so that cases keep out of each other's way in one database.
 */
export interface PlantedCase {
  rule: string
  /** SQL, or what to do. A function that it returns undoes what outlives the database (sessions). */
  plant: string | ((planting: Planting) => Promise<undefined | (() => Promise<void>)>)
  /** Settings of the server: the whole family is then planted on one of its own. */
  server?: Settings
  /** What can't be planted: facts laid over those that the probes brought, for this rule alone. */
  recorded?: (seen: Partial<Facts>) => Partial<Facts>
  /** What the rule must find: the part of the finding's key behind `rule:`, a statement's label. */
  defects: readonly string[]
  /** What it must not find, written likewise. */
  decoys: readonly string[]
  /** Major versions on which it can be planted. @defaultValue all */
  versions?: readonly number[]
}
