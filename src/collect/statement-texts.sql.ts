import { sql } from 'kysely'
import { deltaFlags } from '../analyze/index.ts'
import type { Trx } from '../db/index.ts'
import { statementsFunction } from './statement-columns.ts'

/** Locks the collector and says whether texts should be read now. */
export async function lockTexts(
  trx: Trx,
  intervalSeconds: number,
): Promise<{ due: boolean; lastReadAt: string | null }> {
  const result = await sql<{ due: boolean; last_read_at: string | null }>`
    select /* supascope */ texts_wanted and (last_text_read_at is null or last_text_read_at
        <= clock_timestamp() - ${intervalSeconds}::double precision * interval '1 second') as due,
      to_json(last_text_read_at) #>> '{}' as last_read_at
    from supascope.collector where id = 1 for update`.execute(trx)
  const row = result.rows[0]
  return { due: row?.due ?? false, lastReadAt: row?.last_read_at ?? null }
}

export interface TextRow {
  queryid: string
  query: string
  /** False for a statement of another database, read only because it may reset statistics. */
  own: boolean
  /** Of all its entries, here or elsewhere. */
  calls: number
}

/** The texts of this database's entries that are not stored yet, as the server has them. */
export async function readTexts(trx: Trx, schema: string): Promise<TextRow[]> {
  const result = await sql<TextRow>`
    select /* supascope */ distinct on (s.queryid, d.oid) s.queryid::text, s.query,
      d.oid is not null as own,
      (sum(s.calls) over (partition by s.queryid, d.oid))::double precision as calls
    from ${statementsFunction(schema, true)} s
    left join pg_database d on d.oid = s.dbid and d.datname = current_database()
    where s.query is not null and case when d.oid is not null
      then not exists (select from supascope.statement_texts t where t.queryid = s.queryid)
      else s.query ilike ${'%pg\\_stat\\_statements\\_reset%'}::text end`.execute(trx)
  return result.rows
}

export async function storeTexts(
  trx: Trx,
  texts: readonly { queryid: string; query: string }[],
): Promise<void> {
  if (texts.length === 0) return
  await sql`
    insert /* supascope */ into supascope.statement_texts (queryid, query)
    select * from unnest(
      ${texts.map(({ queryid }) => queryid)}::bigint[], ${texts.map(({ query }) => query)}::text[])
    on conflict do nothing`.execute(trx)
}

export async function textsWereRead(trx: Trx): Promise<void> {
  await sql`
    update /* supascope */ supascope.collector
    set texts_wanted = false, last_text_read_at = clock_timestamp()
    where id = 1`.execute(trx)
}

/** Statements that the last snapshot saw for the first time and whose text is gone already. */
export async function readMissedTexts(trx: Trx): Promise<string[]> {
  const result = await sql<{ queryid: string }>`
    select /* supascope */ distinct r.queryid::text
    from supascope.statements r
    join supascope.collector c on r.first_seen_at = c.last_taken_at
    where not exists (select from supascope.statement_texts t where t.queryid = r.queryid)`.execute(
    trx,
  )
  return result.rows.map(({ queryid }) => queryid)
}

/** What the statements of other databases that reset statistics had been called so far. */
export async function rememberForeignCalls(trx: Trx, calls: number): Promise<void> {
  await sql`
    update /* supascope */ supascope.collector set foreign_reset_calls = ${calls}::bigint
    where id = 1`.execute(trx)
}

/** Adds to the statements that are known to reset statistics; true if one of them is new. */
export async function rememberResets(trx: Trx, queryids: readonly string[]): Promise<boolean> {
  const result = await sql`
    update /* supascope */ supascope.collector
    set reset_queryids = array(select unnest(reset_queryids) union select unnest(${queryids}::bigint[]))
    where id = 1 and not reset_queryids @> ${queryids}::bigint[]`.execute(trx)
  return (result.numAffectedRows ?? 0n) > 0n
}

/**
 * Marks the intervals since the last reading of texts in which one of these statements ran: only
 * now is it known that they may have reset single entries. Where stats_since tells entries apart
 * (PostgreSQL 17 on), what was there before is exact all the same.
 */
export async function flagResets(
  trx: Trx,
  options: {
    queryids: readonly string[]
    /** When texts were read before, ISO 8601. */
    since: string | null
    /** True if one of them ran in another database, and nobody knows when. */
    everywhere?: boolean
    /** The bit of `gapFlags` that the intervals get. */
    gap: number
  },
): Promise<void> {
  const { first, uncertain } = deltaFlags
  const { queryids, since, everywhere = false, gap } = options
  await sql`
    with /* supascope */ resets as (
      select array_agg(id) as ids from supascope.statements
      where queryid = any(${queryids}::bigint[])
    ), facts as (
      select exists (select from supascope.statement_state where stats_since is not null) as exact
    )
    update supascope.snapshots s
    set gaps = ${gap}::smallint, incomplete_intervals = 1,
      flags = array(
        select case when facts.exact and f & ${first} = 0 then f else f | ${uncertain}::smallint end
        from unnest(coalesce(s.flags, array_fill(0::smallint, array[cardinality(s.statement_ids)])))
          with ordinality as u (f, i)
        order by i)
    from resets, facts
    -- An interval that has a gap has all its doubts already.
    where s.gaps = 0 and (${everywhere} or s.statement_ids && resets.ids) and s.interval_from is not null
      and s.taken_at > coalesce(${since}::timestamptz, '-infinity')`.execute(trx)
}
