import type { Routine } from './schema-cache.ts'
import { empty, type Fragment, raw, sql } from './sql-fragment.ts'

/**
 * The statements around the statements: PostgREST asks for body, counts and overrides of a response
 * in one row. The shape, down to its blanks, follows PostgREST 14 (its Query/Statements.hs), because
 * what tells these statements apart in pg_stat_statements is their text.
 */
export interface StatementShape {
  single: boolean
  /** For HEAD. */
  bodyless: boolean
  /** The rows to count in all, for `Prefer: count=exact`. */
  count?: Fragment | undefined
}

const settings =
  "nullif(current_setting('response.headers', true), '') AS response_headers, nullif(current_setting('response.status', true), '') AS response_status"

const noBody: Fragment = ["''::text"]

export function readStatement(
  select: Fragment,
  { single, bodyless, count }: StatementShape,
): Fragment {
  const counted = countParts(count)
  return sql`WITH pgrst_source AS ( ${select} ) ${counted.cte} SELECT ${counted.total} AS total_result_set, pg_catalog.count(_postgrest_t) AS page_total, ${bodyless ? noBody : bodySql(single)} AS body, ${raw(settings)}, '' AS response_inserted FROM ( SELECT * FROM pgrst_source ) _postgrest_t`
}

export function callStatement(
  call: Fragment,
  select: Fragment,
  routine: Routine,
  { single, bodyless, count }: StatementShape,
): Fragment {
  const counted = countParts(count)
  const one =
    routine.returns === 'scalar' || routine.returns === 'row' || routine.returns === 'void'
  const total = raw(one ? '1' : 'pg_catalog.count(_postgrest_t)')
  return sql`WITH pgrst_source AS (${call}) ${counted.cte}SELECT ${counted.total} AS total_result_set, ${total} AS page_total, ${bodyless ? noBody : callBodySql(routine, single)} AS body, ${raw(settings)}, '' AS response_inserted FROM (${select}) _postgrest_t`
}

export function writeStatement(
  write: Fragment,
  /** Undefined if no rows come back. */
  select: Fragment | undefined,
  { single, counting }: { single: boolean; counting: boolean },
): Fragment {
  const body = select === undefined ? noBody : bodySql(single)
  const from = select ?? raw('SELECT * FROM pgrst_source')
  const inserted = raw(counting ? "nullif(current_setting('pgrst.inserted', true),'')::int" : "''")
  return sql`WITH pgrst_source AS (${write}) SELECT '' AS total_result_set, pg_catalog.count(_postgrest_t) AS page_total, array[]::text[] AS header, ${body} AS body, ${raw(settings)}, ${inserted} AS response_inserted FROM (${from}) _postgrest_t`
}

function countParts(count: Fragment | undefined): { cte: Fragment; total: Fragment } {
  return count === undefined
    ? { cte: empty, total: raw('null::bigint') }
    : {
        cte: sql`, pgrst_source_count AS (${count})`,
        total: raw('(SELECT pg_catalog.count(*) FROM pgrst_source_count)'),
      }
}

function bodySql(single: boolean): Fragment {
  return raw(
    single
      ? "coalesce(json_agg(_postgrest_t)->0, 'null')"
      : "coalesce(json_agg(_postgrest_t), '[]')",
  )
}

function callBodySql({ returns }: Routine, single: boolean): Fragment {
  switch (returns) {
    case 'void':
    case 'scalar':
      return raw("coalesce(json_agg(_postgrest_t.pgrst_scalar)->0, 'null')")
    case 'set of scalar':
      return raw("coalesce(json_agg(_postgrest_t.pgrst_scalar), '[]')")
    case 'row':
      return bodySql(true)
    case 'rows':
      return bodySql(single)
  }
}
