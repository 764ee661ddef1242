/** The tables of deliveries and budgets as Kysely sees them: see schema.ts. */
import type { Generated } from 'kysely'

export interface DeliverySchema {
  'supascope.deliveries': Deliveries
  'supascope.budget_states': BudgetStates
}

/** The outbox: one row a job, window and sink. */
export interface Deliveries {
  id: string
  job: string
  window_key: string
  sink: string
  state: Generated<
    | 'waiting'
    | 'sending'
    | 'delivered'
    | 'quiet'
    | 'superseded'
    | 'refused'
    | 'uncertain'
    | 'expired'
  >
  created_at: Generated<Date>
  due_at: Generated<Date>
  settled_at: Date | null
  lease_until: Date | null
  holder: string | null
  in_flight: Generated<boolean>
  attempts: Generated<number>
  error: string | null
  source: Record<string, unknown> | null
  told: Record<string, unknown> | null
}

export interface BudgetStates {
  budget: string
  state: 'ok' | 'raised'
  since: Date
  judged_to: Date
  verdicts: Record<string, unknown>[]
  updated_at: Generated<Date>
}
