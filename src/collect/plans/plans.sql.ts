import { sql } from 'kysely'
import { ownMarker } from '../../analyze/index.ts'
import type { PlanSighting } from '../../analyze/regressions/index.ts'
import type { Trx } from '../../db/index.ts'
import { arrayLiteral } from '../array-literal.ts'
import type { StatementKey } from '../statement-registry.sql.ts'

const keptDays = 35

/** Takes the right to look at plans; false if another one is looking, or one has within `seconds`. */
export async function claimPlanning(trx: Trx, seconds: number): Promise<boolean> {
  const result = await sql`
    update /* supascope */ supascope.change_watch set planned_at = clock_timestamp()
    where id = (select id from supascope.change_watch where id = 1
        and coalesce(planned_at <= clock_timestamp() - ${seconds} * interval '1 second', true)
      for update skip locked)`.execute(trx)
  return (result.numAffectedRows ?? 0n) > 0n
}

/** The statements that took most of the last day's time and may be explained, most first. */
export async function selectHeaviest(
  trx: Trx,
  most: number,
): Promise<{ id: number; role: string; text: string }[]> {
  const { rows } = await sql<{ id: number; role: string; text: string }>`
    with /* supascope */ element as (
      select unnest(s.statement_ids) as id, unnest(s.total_ms) as total_ms
      from supascope.snapshots s
      where s.interval_from is not null and s.taken_at > now() - interval '1 day'
    ), total as (
      select id, sum(total_ms) as total_ms from element group by id
    )
    select r.id, r.role_name as role, t.query as text
    from total
    join supascope.statements r using (id)
    join supascope.statement_texts t using (queryid)
    -- Parameters of statements inside functions are the function's variables.
    where r.toplevel and position(${ownMarker}::text in t.query) = 0
      and t.query ~* '^[^a-z]*(select|insert|update|delete|with)'
      and pg_has_role(current_user, (
        select oid from pg_roles where rolname = r.role_name), 'member')
    order by total.total_ms desc
    limit ${most}`.execute(trx)
  return rows
}

/** Notes which plan each statement has today. */
export async function storePlans(
  trx: Trx,
  seen: readonly { id: number; shape: string }[],
): Promise<void> {
  if (seen.length === 0) return
  await sql`
    with /* supascope */ seen as (
      select * from unnest(${arrayLiteral(seen.map(({ id }) => id))}::integer[],
        ${seen.map(({ shape }) => shape)}::text[]) as s (id, shape)
    )
    insert into supascope.plan_shapes (hash, shape)
    select distinct md5(shape)::uuid, shape from seen
    on conflict do nothing`.execute(trx)
  await sql`
    with /* supascope */ seen as (
      select * from unnest(${arrayLiteral(seen.map(({ id }) => id))}::integer[],
        ${seen.map(({ shape }) => shape)}::text[]) as s (id, shape)
    )
    insert into supascope.plans (statement_id, day, shape_id, first_seen_at, last_seen_at)
    select seen.id, date_trunc('day', now(), 'UTC'), p.id, clock_timestamp(), clock_timestamp()
    from seen join supascope.plan_shapes p on p.hash = md5(seen.shape)::uuid
    on conflict (statement_id, day, shape_id) do update set last_seen_at = excluded.last_seen_at`.execute(
    trx,
  )
}

/** Also frees the shapes that no plan has any more. */
export async function prunePlans(trx: Trx): Promise<void> {
  await sql`
    delete /* supascope */ from supascope.plans
    where day < date_trunc('day', now() - ${keptDays} * interval '1 day', 'UTC')`.execute(trx)
  await sql`
    delete /* supascope */ from supascope.plan_shapes p
    where not exists (select from supascope.plans x where x.shape_id = p.id)`.execute(trx)
}

interface SightingRow extends StatementKey {
  shapes: string[]
  first: number[]
  last: number[]
}

/** What plans some statements had, of those that had more than one. */
export async function selectPlans(
  trx: Trx,
  { to, keys }: { to: Date; keys: readonly StatementKey[] },
): Promise<(StatementKey & { sightings: PlanSighting[] })[]> {
  const { rows } = await sql<SightingRow>`
    with /* supascope */ wanted as materialized (
      select s.id, k.queryid, k.role, k.toplevel
      from unnest(
        ${arrayLiteral(keys.map(({ queryid }) => queryid))}::bigint[],
        ${keys.map(({ role }) => role)}::text[],
        ${arrayLiteral(keys.map(({ toplevel }) => toplevel))}::boolean[]
      ) as k (queryid, role, toplevel)
      join supascope.statements s
        on (s.queryid, s.role_name, s.toplevel) = (k.queryid, k.role, k.toplevel)
    )
    select w.queryid::text, w.role, w.toplevel, array_agg(p.shape) as shapes,
      array_agg(extract(epoch from x.first_seen_at)::double precision * 1000) as first,
      array_agg(extract(epoch from x.last_seen_at)::double precision * 1000) as last
    from wanted w
    join supascope.plans x on x.statement_id = w.id
    join supascope.plan_shapes p on p.id = x.shape_id
    where x.first_seen_at <= ${to}::timestamptz
    group by w.queryid, w.role, w.toplevel
    having count(distinct x.shape_id) > 1`.execute(trx)
  return rows.map(({ shapes, first, last, ...key }) => ({
    ...key,
    sightings: shapes.map((shape, i) => ({
      shape,
      firstSeenAt: first[i] ?? 0,
      lastSeenAt: last[i] ?? 0,
    })),
  }))
}
