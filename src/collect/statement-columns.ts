import { type RawBuilder, sql } from 'kysely'
import type { Counters } from '../analyze/index.ts'
import { isBefore } from './require-statistics.ts'

/** Our column for a counter: `shared_blks_hit`. */
export function columnOf(name: keyof Counters): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** `pg_stat_statements(showtext)` in the schema where the extension lives. */
export function statementsFunction(schema: string, texts: boolean): RawBuilder<unknown> {
  return sql`${sql.id(schema, 'pg_stat_statements')}(${sql.lit(texts)})`
}

const same: Readonly<Partial<Record<keyof Counters, string>>> = {
  totalMs: 'total_exec_time',
  planMs: 'total_plan_time',
}

/** Columns that are not in every version, by our name for their sum. */
function sumsOf(version: string): Partial<Record<keyof Counters, string[]>> {
  const before = (minor: number): boolean => isBefore(version, 1, minor)
  const blocks = before(11) ? ['blk'] : ['shared_blk', 'local_blk']
  if (!before(10)) blocks.push('temp_blk')
  return {
    ioMs: blocks.flatMap((kind) => [`${kind}_read_time`, `${kind}_write_time`]),
    // Generation includes deforming, which has a column of its own.
    jitMs: before(10)
      ? []
      : ['generation', 'inlining', 'optimization', 'emission'].map((step) => `jit_${step}_time`),
    ...(before(12) ? { parallelWorkersToLaunch: [], parallelWorkersLaunched: [] } : {}),
  }
}

/**
 * A counter of `pg_stat_statements`, aliased `s`, as a double, for an extension version from 1.9 on.
 * A version newer than any known is read like the newest known.
 */
export function counterExpression(version: string, name: keyof Counters): RawBuilder<unknown> {
  const columns = sumsOf(version)[name] ?? [same[name] ?? columnOf(name)]
  if (columns.length === 0) return sql`0::double precision`
  return sql.join(
    columns.map((column) => sql`s.${sql.id(column)}::double precision`),
    sql` + `,
  )
}

/** When the entry of `pg_stat_statements`, aliased `s`, was made; null before extension 1.11. */
export function statsSince(version: string): RawBuilder<unknown> {
  return isBefore(version, 1, 11) ? sql`null::timestamptz` : sql`s.stats_since`
}
