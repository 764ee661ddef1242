import { sql } from 'kysely'
import type { BudgetState } from '../../analyze/budgets/index.ts'
import type { Trx } from '../../db/index.ts'

/** How budgets stand, by name. Budgets that were never judged are not in it. */
export async function selectBudgetStates(
  trx: Trx,
  names: readonly string[],
): Promise<Map<string, BudgetState>> {
  const { rows } = await sql<{ budget: string } & BudgetState>`
    select /* supascope */ b.budget, b.state, b.verdicts,
      to_char(b.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since
    from supascope.budget_states b
    where b.budget = any(${names}::text[])`.execute(trx)
  return new Map(
    rows.map(({ budget, state, since, verdicts }) => [budget, { state, since, verdicts }]),
  )
}

/** Stores how budgets stand, but never over what somebody else has judged later. */
export async function upsertBudgetStates(
  trx: Trx,
  states: readonly { budget: string; state: BudgetState }[],
): Promise<void> {
  const rows = states.flatMap(({ budget, state }) => {
    const judgedTo = state.verdicts.at(-1)?.to
    return judgedTo === undefined ? [] : [{ budget, judged_to: judgedTo, ...state }]
  })
  await sql`
    insert /* supascope */ into supascope.budget_states as b
      (budget, state, since, judged_to, verdicts)
    select r.budget, r.state, r.since, r.judged_to, r.verdicts
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r (budget text, state text, since timestamptz, judged_to timestamptz, verdicts jsonb)
    on conflict (budget) do update
    set state = excluded.state, since = excluded.since, judged_to = excluded.judged_to,
      verdicts = excluded.verdicts, updated_at = clock_timestamp()
    where b.judged_to <= excluded.judged_to`.execute(trx)
  await sql`
    delete /* supascope */ from supascope.budget_states
    where updated_at < now() - interval '30 days'`.execute(trx)
}

export async function selectNow(trx: Trx): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`
    select /* supascope */ clock_timestamp() as now`.execute(trx)
  return rows[0]?.now ?? new Date()
}
