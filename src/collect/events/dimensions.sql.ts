import { sql } from 'kysely'
import type { Trx } from '../../db/index.ts'

/** Labels that dimensions must have; an empty string finds those without one. */
export interface Labels {
  kind?: 'function' | 'span' | 'api' | 'vital' | 'load'
  name?: string
  route?: string
  method?: string
  /** '1xx' to '5xx' */
  status?: string
  device?: string
  country?: string
  region?: string
  release?: string
}

/** A dimension as it is stored: labels that it does not have are empty. */
export interface StoredDimension extends Required<Labels> {
  id: number
}

/** Ids of the dimensions that have all of these labels, ascending. */
export async function findDimensions(trx: Trx, labels: Labels = {}): Promise<number[]> {
  const { rows } = await sql<{ ids: number[] }>`
    select /* supascope */ supascope.find_dimensions(${JSON.stringify(labels)}::jsonb) as ids`.execute(
    trx,
  )
  return rows[0]?.ids ?? []
}
