import { sql } from 'kysely'
import type { Trx } from '../../db/index.ts'

export interface NewDelivery {
  id: string
  job: string
  windowKey: string
  sink: string
  source: object
  /** Whether older results of its job that still wait for this sink are no longer wanted. */
  supersedes: boolean
}

/** Adds those that are not there yet; ids of the added. */
export async function insertDeliveries(
  trx: Trx,
  deliveries: readonly NewDelivery[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    insert /* supascope */ into supascope.deliveries (id, job, window_key, sink, source)
    select d.id, d.job, d."windowKey", d.sink, d.source
    from jsonb_to_recordset(${JSON.stringify(deliveries)}::jsonb)
      as d (id text, job text, "windowKey" text, sink text, source jsonb)
    on conflict do nothing
    returning id`.execute(trx)
  return rows.map(({ id }) => id)
}

/** Only what nobody is sending just now. */
export async function supersede(trx: Trx, added: readonly NewDelivery[]): Promise<void> {
  await sql`
    update /* supascope */ supascope.deliveries o
    set state = 'superseded', settled_at = clock_timestamp(), source = null,
      error = 'a newer result took its place'
    from jsonb_to_recordset(${JSON.stringify(added.map(({ id, job, sink }) => ({ id, job, sink })))}::jsonb)
      as d (id text, job text, sink text)
    where o.job = d.job and o.sink = d.sink and o.id <> d.id and o.state = 'waiting'`.execute(trx)
}

/** Days for which ended deliveries are kept, and what a place was told to which nothing comes any more. */
const kept = { settledDays: 14, toldDays: 13 }
/** Rows that one run deletes at most. */
const deletedAtOnce = 1_000

/** Keeps the outbox small, and ends what nobody has delivered for two days. */
export async function prune(trx: Trx): Promise<void> {
  await sql`
    update /* supascope */ supascope.deliveries
    set state = case when in_flight then 'uncertain' else 'expired' end,
      settled_at = clock_timestamp(), source = null, in_flight = false,
      error = coalesce(error, 'nobody delivered it for two days')
    where state in ('waiting', 'sending') and created_at < now() - interval '2 days'
      and (lease_until is null or lease_until < now())`.execute(trx)
  await sql`
    delete /* supascope */ from supascope.deliveries
    where id in (
      select d.id from supascope.deliveries d
      where settled_at < now() - make_interval(days => ${kept.settledDays})
        and (told is null or not exists (
          select from supascope.deliveries o
          where o.job = d.job and o.sink = d.sink
            and o.created_at > now() - make_interval(days => ${kept.toldDays})))
      limit ${deletedAtOnce})`.execute(trx)
}

export interface ClaimRow {
  id: string
  /** Of this claim: who holds an older one has lost it. */
  token: string
  job: string
  sink: string
  source: object
  attempts: number
  wasInFlight: boolean
  ageMs: number
}

export interface ClaimFilter {
  sink: string
  /** Nothing but these; null for all. */
  only: readonly string[] | null
  /** Not these. */
  except: readonly string[]
  leaseMs: number
}

/**
 * Claims the oldest of a sink that is due. Of one job and sink one is on its way at a time, oldest first: each
 * is compared with what the one before has told.
 */
export async function claimOldest(
  trx: Trx,
  { sink, only, except, leaseMs }: ClaimFilter,
): Promise<ClaimRow | undefined> {
  const { rows } = await sql<ClaimRow>`
    with /* supascope */ next as (
      select d.id, d.in_flight from supascope.deliveries d
      where d.sink = ${sink} and d.id <> all(${except}::text[])
        and (${only}::text[] is null or d.id = any(${only}::text[]))
        and (d.state = 'waiting' and d.due_at <= clock_timestamp()
          or d.state = 'sending' and d.lease_until <= clock_timestamp())
        and not exists (
          select from supascope.deliveries o
          where o.job = d.job and o.sink = d.sink and o.created_at < d.created_at
            and (o.state = 'waiting' or o.state = 'sending'
              and (o.lease_until > clock_timestamp() or ${only}::text[] is null)))
      order by d.created_at, d.id
      limit 1
      for update skip locked
    )
    update supascope.deliveries d
    set state = 'sending', holder = gen_random_uuid(), attempts = d.attempts + 1,
      lease_until = clock_timestamp() + make_interval(secs => ${leaseMs}::double precision / 1000)
    from next
    where d.id = next.id
    returning d.id, d.holder as token, d.job, d.sink, d.source, d.attempts, next.in_flight as "wasInFlight",
      extract(epoch from clock_timestamp() - d.created_at)::double precision * 1000 as "ageMs"`.execute(
    trx,
  )
  return rows[0]
}

/** What a claim gave. */
export type Held = Pick<ClaimRow, 'id' | 'token'>

/** True if the lease was still ours; it is renewed then. */
export async function markBegun(trx: Trx, { id, token }: Held, leaseMs: number): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update /* supascope */ supascope.deliveries
    set in_flight = true,
      lease_until = clock_timestamp() + make_interval(secs => ${leaseMs}::double precision / 1000)
    where id = ${id} and holder = ${token}::uuid and state = 'sending'`.execute(trx)
  return numAffectedRows === 1n
}

export async function markFailed(trx: Trx, { id, token }: Held): Promise<void> {
  await sql`
    update /* supascope */ supascope.deliveries set in_flight = false
    where id = ${id} and holder = ${token}::uuid and state = 'sending'`.execute(trx)
}

export async function putBack(
  trx: Trx,
  { id, token }: Held,
  { afterMs, error }: { afterMs: number; error: string },
): Promise<void> {
  await sql`
    update /* supascope */ supascope.deliveries
    set state = 'waiting', holder = null, lease_until = null, in_flight = false, error = ${error},
      due_at = clock_timestamp() + make_interval(secs => ${afterMs}::double precision / 1000)
    where id = ${id} and holder = ${token}::uuid and state = 'sending'`.execute(trx)
}

/**
 * Ends a delivery, and forgets what the place was told before. One that was taken over meanwhile
 * and has ended is left as it is, unless it is known now to have arrived.
 */
export async function endDelivery(
  trx: Trx,
  { id, token }: Held,
  end: { state: string; error: string | null; told: object | null },
): Promise<void> {
  const told = end.told === null ? null : JSON.stringify(end.told)
  await sql`
    with /* supascope */ ended as (
      update supascope.deliveries
      set state = ${end.state}, error = ${end.error}, told = ${told}::jsonb, source = null,
        settled_at = clock_timestamp(), lease_until = null, in_flight = false
      where id = ${id}
        and (holder = ${token}::uuid and state = 'sending' or ${end.state} = 'delivered')
      returning job, sink, created_at, told
    )
    update supascope.deliveries d set told = null
    from ended e
    where d.job = e.job and d.sink = e.sink and d.told is not null and e.told is not null
      and d.id <> ${id} and d.created_at <= e.created_at`.execute(trx)
}

export async function selectTold(trx: Trx, job: string, sink: string): Promise<object | null> {
  const { rows } = await sql<{ told: object }>`
    select /* supascope */ d.told from supascope.deliveries d
    where d.job = ${job} and d.sink = ${sink} and d.told is not null
    order by d.created_at desc limit 1`.execute(trx)
  return rows[0]?.told ?? null
}
