import { sql } from 'kysely'
import { type Database, readOnly, readWrite, type StatementCost, type Trx } from '../db/index.ts'
import type { Due } from './cron-times.ts'

/** Claims are short; who waits longer for one does better to come again. */
const limits = { statementTimeoutMs: 10_000, lockTimeoutMs: 3_000 }

/** The right to run one firing, as long as the lease lasts. */
export interface Claim {
  job: string
  fireAt: Date
  /** Rises with each claim of this firing. */
  claim: number
  runner: string
  attempt: number
}

export interface ScheduledJob {
  name: string
  cron: string
  timezone: string
}

/**
 * Makes jobs known. One that is new, or has another schedule now, is accounted for from `now` on.
 *
 * @returns by job, up to when its firings are accounted for
 */
export async function registerJobs(
  db: Database,
  jobs: readonly ScheduledJob[],
  disabled: readonly string[],
  now: Date,
): Promise<Map<string, Date>> {
  // In one order, so that two processes that start together do not wait for each other.
  const list = JSON.stringify(jobs)
  const { rows } = await readWrite(
    db,
    async (trx) => {
      await sql`
        delete /* supascope */ from supascope.schedules where job = any(${[...disabled]}::text[])
          and cron is not null`.execute(trx)
      return sql<{ job: string; settled_at: Date }>`
        insert /* supascope */ into supascope.schedules as s (job, cron, timezone, settled_at)
        select j.name, j.cron, j.timezone, ${now}::timestamptz
        from jsonb_to_recordset(${list}::jsonb) as j (name text, cron text, timezone text)
        order by j.name
        on conflict (job) do update set cron = excluded.cron, timezone = excluded.timezone,
          settled_at = case when (s.cron, s.timezone) is distinct from (excluded.cron, excluded.timezone)
            then greatest(s.settled_at, excluded.settled_at) else s.settled_at end
        returning s.job, s.settled_at`.execute(trx)
    },
    limits,
  )
  return new Map(rows.map((row) => [row.job, row.settled_at]))
}

export interface ClaimRequest {
  job: string
  runner: string
  /** Up to when the caller believes the firings to be accounted for. */
  settledAt: Date
  /** What is due since; null to take over only what another process has left. */
  due: Due | null
  /** Whether the newest one is hardly late. */
  onTime: boolean
  catchUp: boolean
  leaseMs: number
  /** After so many a firing that is left by processes is given up. */
  mostAttempts: number
  /** False for a run beside the schedule. */
  settles: boolean
}

export interface ClaimAnswer {
  settledAt: Date
  claim: Claim | null
}

interface ClaimRow {
  settled_at: Date
  fire_at: Date | null
  claim: number
  attempts: number
}

/** Accounts for what is due, and claims what is to be run now: see `supascope.claim_firing()`. */
export async function claimFiring(db: Database, request: ClaimRequest): Promise<ClaimAnswer> {
  const { job, runner, settledAt, due } = request
  const { rows } = await readWrite(
    db,
    (trx) =>
      sql<ClaimRow>`
      select /* supascope */ settled_at, fire_at, claim, attempts from supascope.claim_firing(
        ${job}::text, ${runner}::text, ${settledAt}::timestamptz, ${due?.newest ?? null}::timestamptz,
        ${due?.count ?? 0}::integer, ${due?.oldest ?? null}::timestamptz,
        ${due?.before ?? null}::timestamptz, ${request.onTime}::boolean, ${request.catchUp}::boolean,
        make_interval(secs => ${request.leaseMs / 1000}::double precision),
        ${request.mostAttempts}::integer, ${request.settles}::boolean)`.execute(trx),
    limits,
  )
  const row = rows[0]
  if (row === undefined) throw new Error('claim_firing() answered nothing')
  const claim =
    row.fire_at === null
      ? null
      : { job, fireAt: row.fire_at, claim: row.claim, runner, attempt: row.attempts }
  return { settledAt: row.settled_at, claim }
}

/** @returns false if the claim is lost: another process has taken the firing over. */
export async function renewClaim(db: Database, claim: Claim, leaseMs: number): Promise<boolean> {
  const { rows } = await readWrite(
    db,
    (trx) =>
      sql`
      update /* supascope */ supascope.job_runs r
      set lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000}::double precision)
      where ${isHeld(claim)} returning r.job`.execute(trx),
    limits,
  )
  return rows.length > 0
}

/** Writes down that an attempt failed and another one follows. @returns false if the claim is lost */
export async function recordFailedAttempt(
  db: Database,
  claim: Claim,
  failure: { error: string; leaseMs: number },
): Promise<boolean> {
  const { rows } = await readWrite(
    db,
    (trx) =>
      sql`
      update /* supascope */ supascope.job_runs r
      set attempts = r.attempts + 1, error = ${failure.error}::text,
        lease_until = clock_timestamp() + make_interval(secs => ${failure.leaseMs / 1000}::double precision)
      where ${isHeld(claim)} returning r.job`.execute(trx),
    limits,
  )
  return rows.length > 0
}

/** What is written down of a run that is over. */
export interface Ending {
  outcome: 'done' | 'failed' | 'skipped'
  tookMs: number
  cost: StatementCost
  reason: string | null
  /** Without secrets. */
  error: string | null
}

/** @returns false if the claim is lost */
export async function endRun(trx: Trx, claim: Claim, ending: Ending): Promise<boolean> {
  const { cost } = ending
  const { rows } = await sql`
    update /* supascope */ supascope.job_runs r
    set outcome = ${ending.outcome}, finished_at = clock_timestamp(), lease_until = null,
      took_ms = ${ending.tookMs}::double precision, reason = ${ending.reason}::text,
      error = coalesce(${ending.error}::text, r.error), db_ms = ${cost.ms}::double precision,
      db_statements = ${cost.statements}::integer, rows_read = ${cost.rowsRead}::bigint,
      rows_written = ${cost.rowsWritten}::bigint
    where ${isHeld(claim)} returning r.job`.execute(trx)
  return rows.length > 0
}

export function recordEnding(db: Database, claim: Claim, ending: Ending): Promise<boolean> {
  return readWrite(db, (trx) => endRun(trx, claim, ending), limits)
}

/** Poolers may let the cancellation of a job's statement hit one that came after it. */
const givings = 3

/** Leaves whatever this process still holds to the next one that looks. */
export async function giveBack(db: Database, runner: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await giveBackOnce(db, runner)
    } catch (error) {
      if (attempt === givings) throw error
    }
  }
}

async function giveBackOnce(db: Database, runner: string): Promise<void> {
  await readWrite(
    db,
    (trx) =>
      sql`
      update /* supascope */ supascope.job_runs
      set lease_until = clock_timestamp(), claimed_by = null, attempts = greatest(attempts - 1, 0)
      where claimed_by = ${runner}::text and outcome is null`.execute(trx),
    limits,
  )
}

export interface ScheduleState {
  job: string
  settledAt: Date
  /** A firing that its process has left. */
  abandoned: boolean
}

export async function readStates(db: Database, jobs: readonly string[]): Promise<ScheduleState[]> {
  const { rows } = await readOnly(
    db,
    (trx) =>
      sql<ScheduleState>`
      select /* supascope */ s.job, s.settled_at as "settledAt",
        coalesce(r.lease_until <= clock_timestamp(), false) as abandoned
      from supascope.schedules s
      left join supascope.job_runs r on r.job = s.job and r.outcome is null
      where s.job = any(${[...jobs]}::text[])`.execute(trx),
    limits,
  )
  return rows
}

/** Removes the rows of old runs. @returns how many */
export async function forgetRuns(db: Database): Promise<number> {
  const { rows } = await readWrite(db, (trx) =>
    sql<{ forgotten: number }>`select /* supascope */ supascope.forget_runs() as forgotten`.execute(
      trx,
    ),
  )
  return rows[0]?.forgotten ?? 0
}

function isHeld(claim: Claim): ReturnType<typeof sql<boolean>> {
  return sql<boolean>`r.job = ${claim.job}::text and r.fire_at = ${claim.fireAt}::timestamptz
    and r.claim = ${claim.claim}::integer and r.claimed_by = ${claim.runner}::text
    and r.outcome is null`
}
