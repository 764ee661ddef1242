import { type RawBuilder, sql } from 'kysely'
import { type Counters, counterNames } from '../analyze/index.ts'
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
 * Select list that brings `pg_stat_statements`, aliased `s`, under our names, all as doubles, for
 * an extension version from 1.9 on. A version newer than any known is read like the newest known.
 */
export function statementColumns(version: string): RawBuilder<unknown> {
  const sums = sumsOf(version)
  const counters = counterNames.map((name) => {
    const columns = sums[name] ?? [same[name] ?? columnOf(name)]
    const terms = columns.map((column) => sql`s.${sql.id(column)}::double precision`)
    const value = terms.length === 0 ? sql`0::double precision` : sql.join(terms, sql` + `)
    return sql`${value} as ${sql.id(columnOf(name))}`
  })
  const since = isBefore(version, 1, 11) ? sql`null::timestamptz` : sql`s.stats_since`
  return sql`s.dbid, s.userid, s.queryid, s.toplevel, ${since} as stats_since,
    s.stddev_exec_time as stddev_ms, s.min_exec_time as min_ms, s.max_exec_time as max_ms,
    ${sql.join(counters)}`
}
