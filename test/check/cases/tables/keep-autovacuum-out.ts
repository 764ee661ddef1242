import pg from 'pg'
import type { Planting } from '../../planted-case.ts'

/**
 * Holds a lock on tables for as long as the case lasts, so that no worker vacuums or analyses away
 * what is planted: workers pass over what they can't lock at once, everyone else goes on.
 */
export async function keepAutovacuumOut(
  { database }: Planting,
  tables: readonly string[],
): Promise<() => Promise<void>> {
  const holder = new pg.Client({ connectionString: database.adminUrl })
  await holder.connect()
  await holder.query(`begin; lock table ${tables.join(', ')} in share update exclusive mode`)
  return () => holder.end()
}

/** Hands what this session counted to everyone, before the next statement begins. */
export const flushCounters = 'select pg_stat_force_next_flush()'
