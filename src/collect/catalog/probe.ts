import { type RawBuilder, sql } from 'kysely'
import type { Capabilities, Trx } from '../../db/index.ts'
import type { FactName, Facts } from '../../facts/index.ts'

/** Asks the database for one kind of fact. It runs in a read-only transaction of its own. */
export type Probe<Name extends FactName> = (
  trx: Trx,
  capabilities: Capabilities,
) => Promise<Facts[Name]>

/** Of a relation `n`, `c`: not the server's own, and not of another session's temporary schema. */
export const outsideSystem: RawBuilder<unknown> = sql`n.nspname not in ('pg_catalog', 'information_schema')
  and n.nspname not like 'pg\\_toast%' and n.nspname not like 'pg\\_temp%'`

/**
 * Relations that someone holds exclusively or waits to, and the tables whose indexes or TOAST are
 * held: asking for their size would wait for that lock, so their last known pages count instead.
 */
export const locked: RawBuilder<unknown> = sql`held as materialized (
  select distinct relation as oid from pg_locks
  where locktype = 'relation' and mode = 'AccessExclusiveLock' and relation is not null
    and database = (select d.oid from pg_database d where d.datname = current_database())
), locked as materialized (
  select h.oid from held h
  union select i.indrelid from held h join pg_index i on i.indexrelid = h.oid
  union select t.oid from held h join pg_class t on t.reltoastrelid = h.oid)`

/** A timestamptz column as ISO 8601. */
export function isoTime(column: string): RawBuilder<string | null> {
  return sql<string | null>`to_char(${sql.ref(column)} at time zone 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}
