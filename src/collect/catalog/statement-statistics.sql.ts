import { sql } from 'kysely'
import { gapFlags } from '../../analyze/index.ts'
import type { Capabilities, Trx } from '../../db/index.ts'
import type { RecentStatistics, StatementStatisticsFacts } from '../../facts/index.ts'
import { isBefore } from '../require-statistics.ts'
import { readStatisticsFill } from '../statistics-fill.sql.ts'
import { isoTime, type Probe } from './probe.ts'
import { maySeeSnapshots } from './recent-snapshots.ts'

type Live = Pick<StatementStatisticsFacts, 'entries' | 'evictions' | 'since'>

/** Whether pg_stat_statements counts, how full it is, and how it fared in the last day. */
export const readStatementStatistics: Probe<'statementStatistics'> = async (trx, capabilities) => {
  const { statements, role, settings } = capabilities
  const live = await readLive(trx, capabilities)
  return {
    installed:
      statements === null
        ? null
        : {
            schema: statements.schema,
            version: statements.version,
            available: statements.availableVersion,
          },
    loaded: settings.get('pg_stat_statements.max') != null,
    track: settings.get('pg_stat_statements.track') ?? 'none',
    computeQueryId: settings.get('compute_query_id') ?? 'auto',
    readable: role.readAllStats,
    maxEntries: statements?.maxEntries ?? 0,
    ...live,
    recent: (await maySeeSnapshots(trx, capabilities)) ? await readRecent(trx) : null,
  }
}

async function readLive(trx: Trx, { statements, role }: Capabilities): Promise<Live> {
  const nothing = { entries: null, evictions: null, since: null }
  // Before 1.9 there is no view to read this from.
  if (statements === null || !statements.loaded || isBefore(statements.version, 1, 9)) {
    return nothing
  }
  const fill = role.readAllStats ? await readStatisticsFill(trx, statements.schema) : null
  if (fill === null) return nothing
  const { rows } = await sql<{ since: string }>`
    select /* supascope */ ${isoTime('stats_reset')} as since
    from ${sql.id(statements.schema, 'pg_stat_statements_info')}`.execute(trx)
  return { ...fill, since: rows[0]?.since ?? null }
}

const lossFlags = gapFlags.reset | gapFlags.unsaved | gapFlags.lost

async function readRecent(trx: Trx): Promise<RecentStatistics | null> {
  const { rows } = await sql<Omit<RecentStatistics, 'minutes'> & { minutes: number | null }>`
    select /* supascope */
      (extract(epoch from sum(taken_at - interval_from)) / 60)::float8 as minutes,
      count(*)::int as snapshots, coalesce(sum(evictions), 0)::float8 as evictions,
      (count(*) filter (where gaps & ${sql.lit(lossFlags)} <> 0))::int as resets,
      to_char(max(taken_at) filter (where gaps & ${sql.lit(lossFlags)} <> 0)
        at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "lastResetAt"
    from supascope.snapshots
    where interval_from is not null and taken_at > now() - interval '24 hours'`.execute(trx)
  const [row] = rows
  return row === undefined || row.minutes === null ? null : { ...row, minutes: row.minutes }
}
