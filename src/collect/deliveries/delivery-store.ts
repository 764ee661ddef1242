import { type Database, readWrite } from '../../db/index.ts'
import {
  type ClaimFilter,
  type ClaimRow,
  claimOldest,
  endDelivery,
  type Held,
  insertDeliveries,
  markBegun,
  markFailed,
  type NewDelivery,
  prune,
  putBack,
  selectTold,
  supersede,
} from './outbox.sql.ts'

/** The outbox in Postgres, as src/deliver wants it. `Source` and `Told` are whatever it puts in. */
export interface PostgresOutbox<Source, Told> {
  enqueue(deliveries: readonly (NewDelivery & { source: Source })[]): Promise<string[]>
  claim(filter: ClaimFilter): Promise<(Omit<ClaimRow, 'source'> & { source: Source }) | null>
  begin(held: Held, leaseMs: number): Promise<boolean>
  attemptFailed(held: Held): Promise<void>
  postpone(held: Held, afterMs: number, error: string): Promise<void>
  settle(held: Held, end: { state: string; error: string | null; told: Told | null }): Promise<void>
  lastTold(job: string, sink: string): Promise<Told | null>
}

/**
 * Opens the outbox. Each step is a short transaction of its own and leans on no session, so it works
 * through a transaction pooler, and any number of processes may share it.
 *
 * @throws ScopeError each method what the driver throws, with its remedy.
 */
export function deliveryStore<Source extends object, Told extends object>(
  db: Database,
): PostgresOutbox<Source, Told> {
  return {
    enqueue: (deliveries) =>
      readWrite(db, async (trx) => {
        await prune(trx)
        const ids = await insertDeliveries(trx, deliveries)
        await supersede(
          trx,
          deliveries.filter(({ id, supersedes }) => supersedes && ids.includes(id)),
        )
        return ids
      }),
    claim: (filter) =>
      readWrite(db, async (trx) => {
        const row = await claimOldest(trx, filter)
        return row === undefined ? null : { ...row, source: row.source as Source }
      }),
    begin: (held, leaseMs) => readWrite(db, (trx) => markBegun(trx, held, leaseMs)),
    attemptFailed: (held) => readWrite(db, (trx) => markFailed(trx, held)),
    postpone: (held, afterMs, error) =>
      readWrite(db, (trx) => putBack(trx, held, { afterMs, error })),
    settle: (held, end) => readWrite(db, (trx) => endDelivery(trx, held, end)),
    lastTold: (job, sink) =>
      readWrite(db, async (trx) => (await selectTold(trx, job, sink)) as Told | null),
  }
}
