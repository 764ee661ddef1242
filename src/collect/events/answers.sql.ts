import { sql } from 'kysely'
import type { Trx } from '../../db/index.ts'

/** One row of the materialized views says when it was made. */
interface Answer {
  refreshedAt: Date
}

export interface RouteLatency extends Answer {
  kind: 'function' | 'span' | 'api' | 'load'
  name: string
  route: string
  method: string
  events: number
  failed: number
  failedShare: number
  totalMs: number
  meanMs: number
  p50Ms: number
  p75Ms: number
  p95Ms: number
  p99Ms: number
}

/** Latency and errors by function, API and route, those that take the most time first. */
export async function readLatencyByRoute(
  trx: Trx,
  period: '24 hours' | '7 days' = '24 hours',
): Promise<RouteLatency[]> {
  const { rows } = await sql<RouteLatency>`
    select /* supascope */ l.kind, l.name, l.route, l.method, l.events::double precision as events,
      l.failed::double precision as failed, l.failed_share as "failedShare",
      l.total_ms as "totalMs", l.mean_ms as "meanMs", l.p50_ms as "p50Ms", l.p75_ms as "p75Ms",
      l.p95_ms as "p95Ms", l.p99_ms as "p99Ms", l.refreshed_at as "refreshedAt"
    from supascope.latency_by_route(${period}::text) l`.execute(trx)
  return rows
}

export interface SlowRoute extends Answer {
  place: number
  kind: 'function' | 'api'
  name: string
  route: string
  method: string
  events: number
  failed: number
  totalMs: number
  p50Ms: number
  p95Ms: number
}

/** The routes with the highest p95 that had enough events to speak of one. */
export async function readSlowestRoutes(
  trx: Trx,
  period: '24 hours' | '7 days' = '24 hours',
): Promise<SlowRoute[]> {
  const { rows } = await sql<SlowRoute>`
    select /* supascope */ s.place::integer as place, s.kind, s.name, s.route, s.method,
      s.events::double precision as events, s.failed::double precision as failed,
      s.total_ms as "totalMs", s.p50_ms as "p50Ms", s.p95_ms as "p95Ms",
      s.refreshed_at as "refreshedAt"
    from supascope.slowest_routes(${period}::text) s`.execute(trx)
  return rows
}

export interface VitalAnswer extends Answer {
  vital: 'LCP' | 'INP' | 'CLS' | 'FCP' | 'TTFB'
  device: string
  events: number
  /** Milliseconds, CLS without a unit. */
  p75: number
  /** By the limits of web.dev. */
  rating: 'good' | 'needs improvement' | 'poor'
  goodShare: number
  poorShare: number
}

export interface RouteVitals extends VitalAnswer {
  route: string
  release: string
}

/** p75 of the Web Vitals by route, device and release, the most visited first. */
export async function readVitalsByRoute(
  trx: Trx,
  period: '7 days' | '28 days' = '28 days',
): Promise<RouteVitals[]> {
  const { rows } = await sql<RouteVitals>`
    select /* supascope */ v.vital, v.route, v.device, v.release,
      v.events::double precision as events, v.p75, v.rating, v.good_share as "goodShare",
      v.poor_share as "poorShare", v.refreshed_at as "refreshedAt"
    from supascope.vitals_by_route(${period}::text) v`.execute(trx)
  return rows
}

export interface VitalsDay extends VitalAnswer {
  /** YYYY-MM-DD, UTC */
  day: string
}

/** p75 of the Web Vitals by day and device, four weeks of it, oldest first. */
export async function readVitalsTrend(trx: Trx): Promise<VitalsDay[]> {
  const { rows } = await sql<VitalsDay>`
    select /* supascope */ v.day::text as day, v.vital, v.device,
      v.events::double precision as events, v.p75, v.rating, v.good_share as "goodShare",
      v.poor_share as "poorShare", v.refreshed_at as "refreshedAt"
    from supascope.vitals_trend() v`.execute(trx)
  return rows
}

export interface DayStatement extends Answer {
  place: number
  statementId: number
  calls: number
  totalMs: number
  /** Null where calls are unknown. */
  meanMs: number | null
  rows: number
  /** Of the time of all statements of the day. */
  share: number | null
  /** Whether calls of the day may be missing. */
  incomplete: boolean
}

/** The statements that took the most time on a day. @param day YYYY-MM-DD, UTC */
export async function readTopStatements(trx: Trx, day: string): Promise<DayStatement[]> {
  const { rows } = await sql<DayStatement>`
    select /* supascope */ t.place::integer as place, t.statement_id as "statementId",
      t.calls::double precision as calls, t.total_ms as "totalMs", t.mean_ms as "meanMs",
      t.rows::double precision as rows, t.share, t.incomplete, t.refreshed_at as "refreshedAt"
    from supascope.top_statements(${day}::date) t`.execute(trx)
  return rows
}
