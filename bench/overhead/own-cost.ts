import type pg from 'pg'
import { ownMarker } from '../../src/analyze/index.ts'

/** What Supascope's own statements did, by the server's own count. */
export interface OwnCost {
  busyMs: number
  calls: number
  walBytes: number
  tempBlocks: number
}

const own = `from extensions.pg_stat_statements where position($1 in query) between 1 and 60`

export async function ownCost(client: pg.Client): Promise<OwnCost> {
  const { rows } = await client.query<OwnCost>(
    `select coalesce(sum(total_exec_time + total_plan_time), 0)::float8 as "busyMs",
      coalesce(sum(calls), 0)::float8 as calls, coalesce(sum(wal_bytes), 0)::float8 as "walBytes",
      coalesce(sum(temp_blks_read + temp_blks_written), 0)::float8 as "tempBlocks" ${own}`,
    [ownMarker],
  )
  return rows[0] ?? { busyMs: 0, calls: 0, walBytes: 0, tempBlocks: 0 }
}

/** The dearest of them, one a line. */
export async function dearest(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ ms: number; calls: number; text: string }>(
    `select (total_exec_time + total_plan_time)::float8 as ms, calls::float8 as calls,
      left(regexp_replace(query, '\\s+', ' ', 'g'), 88) as text ${own}
    order by 1 desc limit 8`,
    [ownMarker],
  )
  return rows.map(({ ms, calls, text }) => {
    return `  ${(ms / calls).toFixed(2).padStart(8)} ms × ${String(calls).padEnd(5)} ${text}`
  })
}

export function difference(after: OwnCost, before: OwnCost): OwnCost {
  return {
    busyMs: after.busyMs - before.busyMs,
    calls: after.calls - before.calls,
    walBytes: after.walBytes - before.walBytes,
    tempBlocks: after.tempBlocks - before.tempBlocks,
  }
}
