import { type RawBuilder, sql } from 'kysely'
import type { Change } from '../../analyze/regressions/index.ts'
import type { Trx } from '../../db/index.ts'
import type { ObjectProbe } from './objects.sql.ts'

const most = { aLook: 200, kept: 5_000, days: 35, read: 500 }

export interface Watch {
  /** When it was looked last, ISO 8601; null for never. */
  lookedAt: string | null
  /** Kinds that were looked at then: what is new in others was there before. */
  kinds: string[]
}

/** Takes the right to look; null if another one is looking, or one has within `seconds`. */
export async function claimLook(trx: Trx, seconds: number): Promise<Watch | null> {
  const { rows } = await sql<{ looked_at: string | null; kinds: string[] }>`
    with /* supascope */ mine as (
      select looked_at, kinds from supascope.change_watch where id = 1 for update skip locked
    )
    select to_json(looked_at) #>> '{}' as looked_at, kinds from mine
    where coalesce(looked_at <= clock_timestamp() - ${seconds} * interval '1 second', true)`.execute(
    trx,
  )
  const [row] = rows
  return row === undefined ? null : { lookedAt: row.looked_at, kinds: row.kinds }
}

/**
 * Compares how things stand with how they stood, notes the difference, and remembers. All in the
 * server: nothing is sent but how much changed.
 */
export async function compareObjects(
  trx: Trx,
  probes: readonly ObjectProbe[],
  watch: Watch,
): Promise<number> {
  const { rows } = await sql<{ noted: number }>`
    with /* supascope */ ${changedObjects(probes)}, noted as (
      insert into supascope.changes (after, at, kind, object, relation, before, now)
      ${worthNoting(watch)}
      returning 1
    ), forgotten as (
      delete from supascope.known_objects k using changed c
      where (k.kind, k.object) = (c.kind, c.object) and c.now is null
    ), remembered as (
      insert into supascope.known_objects (kind, object, value, relation)
      select kind, object, now, relation from changed where now is not null
      on conflict (kind, object) do update
        set value = excluded.value, relation = excluded.relation
    )
    select count(*)::integer as noted from noted`.execute(trx)
  const kinds = probes.map(({ kind }) => kind)
  await sql`
    update /* supascope */ supascope.change_watch
    set looked_at = clock_timestamp(), kinds = ${kinds}::text[] where id = 1`.execute(trx)
  return rows[0]?.noted ?? 0
}

/** `changed`: what is otherwise than it was, of the kinds that were looked at. */
function changedObjects(probes: readonly ObjectProbe[]): RawBuilder<unknown> {
  const kinds = probes.map(({ kind }) => kind)
  const all = probes.map(
    ({ kind, query }) =>
      sql`select ${kind}::text, q.* from (${query}) as q (object, value, relation)`,
  )
  return sql`found (kind, object, value, relation) as materialized (
      ${sql.join(all, sql` union all `)}
    ), latest as (
      select distinct on (kind, object) kind, object, coalesce(value, '') as value, relation
      from found order by kind, object, value
    ), changed as materialized (
      select coalesce(l.kind, k.kind) as kind, coalesce(l.object, k.object) as object,
        coalesce(l.relation, k.relation) as relation, k.value as before, l.value as now
      from latest l
      full join (select * from supascope.known_objects where kind = any(${kinds}::text[])) k
        on k.kind = l.kind and k.object = l.object
      where l.value is distinct from k.value
    )`
}

const toldValues = sql`('setting', 'role_setting', 'extension', 'server')`

/** Rows for `supascope.changes`: nothing at the first look, and no flood. */
function worthNoting({ lookedAt, kinds }: Watch): RawBuilder<unknown> {
  return sql`select coalesce(known.at, ${lookedAt}::timestamptz),
      coalesce(known.at, clock_timestamp()), c.kind, left(c.object, 300), c.relation,
      left(case when c.kind in ${toldValues} then c.before when c.before is not null then '' end, 300),
      left(case when c.kind in ${toldValues} then c.now
        when c.kind = 'index' then pg_get_indexdef(split_part(c.now, '|', 1)::oid)
        when c.now is not null then '' end, 300)
    from changed c
    -- Some moments are known; the others lie between two looks.
    cross join lateral (
      select case when c.kind = 'server' and c.object <> 'version' then c.now::timestamptz end as at
    ) known
    where ${lookedAt}::timestamptz is not null and c.kind = any(${kinds}::text[])
      -- A setting leaves this list when a role or database sets it: that is noted there.
      and (c.kind <> 'setting' or (c.before is not null and c.now is not null))
    order by c.kind = 'migration' desc, c.kind = 'server' desc, c.kind, c.object
    limit ${most.aLook}`
}

export async function pruneChanges(trx: Trx): Promise<void> {
  await sql`
    delete /* supascope */ from supascope.changes
    where at < now() - ${most.days} * interval '1 day'
      or id <= (select id from supascope.changes order by id desc offset ${most.kept} limit 1)`.execute(
    trx,
  )
}

interface ChangeRow {
  after: Date
  at: Date
  kind: string
  object: string
  relation: string | null
  before: string | null
  now: string | null
}

/** Changes and marks of a span, oldest first; the latest ones if there are too many. */
export async function selectChanges(
  trx: Trx,
  { from, to }: { from: Date; to: Date },
): Promise<Change[]> {
  const { rows } = await sql<ChangeRow>`
    select /* supascope */ * from (
      select after, at, kind, object, relation, before, now from supascope.changes
      where at >= ${from}::timestamptz and after <= ${to}::timestamptz
      union all
      select at, at, 'mark', name, null, null, '' from supascope.marks
      where at >= ${from}::timestamptz and at <= ${to}::timestamptz
      order by at desc
      limit ${most.read}
    ) c
    order by at, kind, object`.execute(trx)
  return rows.map(({ after, at, ...change }) => ({
    ...change,
    after: after.getTime(),
    at: at.getTime(),
  }))
}
