import { sql } from 'kysely'
import type { StoredFinding } from '../../analyze/findings/index.ts'
import type { Schema, Trx } from '../../db/index.ts'
import type { Finding } from '../../finding.ts'

/** One writer at a time: what a run makes of the findings depends on all of them. */
export async function lockFindings(trx: Trx): Promise<string> {
  await sql`
    select /* supascope */ pg_advisory_xact_lock(hashtextextended('supascope.findings', 0))`.execute(
    trx,
  )
  const { rows } = await sql<{ now: Date }>`
    select /* supascope */ clock_timestamp() as now`.execute(trx)
  return (rows[0]?.now ?? new Date()).toISOString()
}

type Row = Schema['supascope.findings'] & { times_found: number }

/** All that are remembered, most recently seen first. */
export async function selectFindings(trx: Trx): Promise<StoredFinding[]> {
  const { rows } = await sql<Row>`
    select /* supascope */ * from supascope.findings
    order by last_seen_at desc, cache_key`.execute(trx)
  return rows.map(storedFinding)
}

function storedFinding(row: Row): StoredFinding {
  return {
    finding: {
      name: row.name,
      title: row.title,
      level: row.level,
      categories: row.categories as Finding['categories'],
      detail: row.detail,
      remediation: row.remediation,
      metadata: row.metadata,
      cacheKey: row.cache_key,
      evidence: row.evidence,
      state: row.state,
    },
    state: row.state,
    stateSince: row.state_since.toISOString(),
    reason: row.reason,
    ignoredUntil: row.ignored_until?.toISOString() ?? null,
    changedBy: row.changed_by,
    acknowledgedLevel: row.acknowledged_level,
    firstSeenAt: row.first_seen_at.toISOString(),
    foundAt: row.found_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    timesFound: row.times_found,
    foundEvidence: row.found_evidence,
    resolvedEvidence: row.resolved_evidence,
  }
}

/** In one statement however many: sent as one document, which the columns are taken from. */
export async function writeFindings(trx: Trx, stored: readonly StoredFinding[]): Promise<void> {
  if (stored.length === 0) return
  const columns = sql`name, title, level, categories, detail, remediation, metadata,
    found_evidence, evidence, resolved_evidence, state, state_since, reason, ignored_until,
    changed_by, acknowledged_level, first_seen_at, found_at, last_seen_at, times_found`
  await sql`
    insert /* supascope */ into supascope.findings as f (cache_key, ${columns})
    select cache_key, ${columns}
    from jsonb_to_recordset(${JSON.stringify(stored.map(rowOf))}::jsonb) as r (
      cache_key text, name text, title text, level text, categories text[], detail text,
      remediation text, metadata jsonb, found_evidence jsonb, evidence jsonb,
      resolved_evidence jsonb, state text, state_since timestamptz, reason text,
      ignored_until timestamptz, changed_by text, acknowledged_level text,
      first_seen_at timestamptz, found_at timestamptz, last_seen_at timestamptz,
      times_found integer)
    on conflict (cache_key) do update set (${columns}) = row (
      excluded.name, excluded.title, excluded.level, excluded.categories, excluded.detail,
      excluded.remediation, excluded.metadata, excluded.found_evidence, excluded.evidence,
      excluded.resolved_evidence, excluded.state, excluded.state_since, excluded.reason,
      excluded.ignored_until, excluded.changed_by, excluded.acknowledged_level,
      excluded.first_seen_at, excluded.found_at, excluded.last_seen_at, excluded.times_found)`.execute(
    trx,
  )
}

function rowOf(stored: StoredFinding): Record<string, unknown> {
  const { finding } = stored
  return {
    cache_key: finding.cacheKey,
    name: finding.name,
    title: finding.title,
    level: finding.level,
    categories: finding.categories,
    detail: withoutNul(finding.detail),
    remediation: withoutNul(finding.remediation),
    metadata: finding.metadata,
    found_evidence: stored.foundEvidence,
    evidence: finding.evidence,
    resolved_evidence: stored.resolvedEvidence,
    state: stored.state,
    state_since: stored.stateSince,
    reason: stored.reason,
    ignored_until: stored.ignoredUntil,
    changed_by: stored.changedBy,
    acknowledged_level: stored.acknowledgedLevel,
    first_seen_at: stored.firstSeenAt,
    found_at: stored.foundAt,
    last_seen_at: stored.lastSeenAt,
    times_found: stored.timesFound,
  }
}

/** The one character that a text of Postgres can't hold. */
function withoutNul(text: string): string {
  return text.replaceAll('\u0000', '')
}

/** Bounds of what is remembered. What a person chose to ignore stays until the end they gave. */
const keptDays = { resolved: 90, unseen: 60, runs: 35 }
const mostFindings = 20_000

/**
 * Forgets what was resolved long ago, what no run has seen for long (a statement that no longer
 * runs is never examined again), and the least of what would be too much.
 */
export async function pruneFindings(trx: Trx): Promise<void> {
  await sql`
    delete /* supascope */ from supascope.findings
    where state = 'resolved' and state_since < now() - ${keptDays.resolved} * interval '1 day'
      or last_seen_at < now() - ${keptDays.unseen} * interval '1 day'
        and (state in ('open', 'acknowledged') or state = 'ignored' and changed_by = 'config')`.execute(
    trx,
  )
  await sql`
    delete /* supascope */ from supascope.findings
    where cache_key in (
      select cache_key from supascope.findings
      order by state = 'ignored' and changed_by <> 'config' desc, state <> 'resolved' desc,
        level = 'ERROR' desc, level = 'WARN' desc, last_seen_at desc, cache_key
      offset ${mostFindings})`.execute(trx)
  await sql`
    delete /* supascope */ from supascope.check_runs
    where ran_at < now() - ${keptDays.runs} * interval '1 day'`.execute(trx)
}

export interface RunRow {
  at: string
  source: string
  tookMs: number | null
  rules: number
  skipped: number
  open: number
  found: number
  resolved: number
  error: string | null
}

export async function insertRun(trx: Trx, run: RunRow): Promise<void> {
  await sql`
    insert /* supascope */ into supascope.check_runs
      (ran_at, source, took_ms, rules, skipped, open, found, resolved, error)
    values (${run.at}::timestamptz, ${run.source}, ${run.tookMs}, ${run.rules}, ${run.skipped},
      ${run.open}, ${run.found}, ${run.resolved}, ${run.error})`.execute(trx)
}
