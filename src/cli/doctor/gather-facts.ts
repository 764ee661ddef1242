import { sql } from 'kysely'
import { readJobs } from '../../collect/events/index.ts'
import { readStatisticsFill } from '../../collect/index.ts'
import {
  type Capabilities,
  readOnly,
  schemaState,
  shippedMigrations,
  type Trx,
} from '../../db/index.ts'
import { cronTimes, type LastRun, readLastRuns } from '../../schedule/index.ts'
import type { OpenDatabase } from '../context.ts'
import type { Facts } from './check.ts'
import { compareVersions } from './compare-versions.ts'

/** Asks the database for everything that the checks judge by. Reads only. */
export async function gatherFacts(database: OpenDatabase): Promise<Facts> {
  const { db, url, target, capabilities } = database
  const pooler = await database.detectPooler()
  const schema = schemaState(capabilities, await shippedMigrations())
  return readOnly(db, async (trx) => ({
    capabilities,
    connection: { target, port: url.port, local: url.local, sslmode: url.sslmode, pooler },
    statistics: await readStatistics(trx, capabilities),
    schema,
    snapshots: schema.state === 'current' ? await readSnapshots(trx) : null,
    jobs: schema.state === 'current' ? await readJobsIfAllowed(trx) : undefined,
    schedule: schema.state === 'current' ? await readSchedule(trx) : undefined,
    ...(await readOffers(trx)),
  }))
}

function readStatistics(
  trx: Trx,
  { statements, role }: Capabilities,
): Promise<Facts['statistics']> {
  // Before 1.9 there is no view to read this from.
  const readable =
    statements?.loaded === true &&
    role.readAllStats &&
    compareVersions(statements.version, '1.9') >= 0
  return readable ? readStatisticsFill(trx, statements.schema) : Promise.resolve(null)
}

interface SnapshotsRow {
  count: number
  age_seconds: number | null
}

async function readSnapshots(trx: Trx): Promise<Facts['snapshots']> {
  const allowed = await sql<{ allowed: boolean }>`
    select /* supascope */ has_table_privilege('supascope.snapshots', 'select') as allowed`.execute(
    trx,
  )
  if (allowed.rows[0]?.allowed !== true) return null
  const { rows } = await sql<SnapshotsRow>`
    select /* supascope */ count(*)::int as count,
      extract(epoch from now() - max(taken_at))::float8 as age_seconds
    from supascope.snapshots`.execute(trx)
  return { count: rows[0]?.count ?? 0, ageSeconds: rows[0]?.age_seconds ?? null }
}

async function readJobsIfAllowed(trx: Trx): Promise<Facts['jobs']> {
  const allowed = await sql<{ allowed: boolean }>`
    select /* supascope */ has_function_privilege('supascope.job_status()', 'execute') as allowed`.execute(
    trx,
  )
  return allowed.rows[0]?.allowed === true ? readJobs(trx) : null
}

async function readSchedule(trx: Trx): Promise<Facts['schedule']> {
  const allowed = await sql<{ allowed: boolean }>`
    select /* supascope */ has_function_privilege('supascope.last_runs()', 'execute') as allowed`.execute(
    trx,
  )
  if (allowed.rows[0]?.allowed !== true) return null
  const now = new Date()
  return (await readLastRuns(trx)).map((run) => ({
    ...run,
    agoMs: run.startedAt === null ? null : now.getTime() - run.startedAt.getTime(),
    waitsMs: waitingSince(run, now),
  }))
}

function waitingSince({ cron, timezone, settledAt }: LastRun, now: Date): number | null {
  if (cron === null || timezone === null) return null
  const due = cronTimes(cron, timezone).due(settledAt, now)
  return due === null ? null : now.getTime() - due.oldest.getTime()
}

interface OffersRow {
  available: Record<string, string>
  extensions_schema: boolean
}

async function readOffers(trx: Trx): Promise<Pick<Facts, 'available' | 'extensionsSchema'>> {
  const { rows } = await sql<OffersRow>`
    select /* supascope */
      coalesce(jsonb_object_agg(name, default_version), '{}') as available,
      to_regnamespace('extensions') is not null as extensions_schema
    from pg_available_extensions where name in ('pg_cron', 'hypopg')`.execute(trx)
  return {
    available: new Map(Object.entries(rows[0]?.available ?? {})),
    extensionsSchema: rows[0]?.extensions_schema === true,
  }
}
