import { sql } from 'kysely'
import type { PlanNode } from '../../analyze/regressions/index.ts'
import type { Trx } from '../../db/index.ts'

/** A statement of which the plan is wanted. */
export interface Wanted {
  id: number
  role: string
  /** One whole statement: see `explainable`. */
  text: string
}

/** The settings with which the API runs statements; claims that policies can read without failing. */
async function becomeRole(trx: Trx, role: string): Promise<void> {
  const claims = { role, sub: '00000000-0000-0000-0000-000000000000' }
  await sql`
    select /* supascope */ set_config('role', ${role}, true),
      set_config('search_path', '"$user", public, extensions', true),
      set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
      -- By it texts were split into tokens: off, a backslash would end strings elsewhere.
      set_config('standard_conforming_strings', 'on', true),
      set_config('plan_cache_mode', 'force_generic_plan', true),
      set_config('max_parallel_workers_per_gather', '0', true)`.execute(trx)
}

interface ExplainRow {
  'QUERY PLAN': { Plan: PlanNode }[]
}

/**
 * The generic plan of a statement as the role that runs it. Nothing is executed, the transaction
 * can't write, and the caller's limits bound it. Parallel plans are left out of it: they come and
 * go with the size of a table.
 *
 * @param generic - Whether the server has `explain (generic_plan)`: from 16 on.
 */
export async function explainGeneric(
  trx: Trx,
  wanted: Wanted,
  { generic, name }: { generic: boolean; name: string },
): Promise<PlanNode | null> {
  await becomeRole(trx, wanted.role)
  return generic ? explainDirectly(trx, wanted.text) : explainPrepared(trx, wanted.text, name)
}

async function explainDirectly(trx: Trx, text: string): Promise<PlanNode | null> {
  const { rows } = await sql<ExplainRow>`${sql.raw(
    `explain /* supascope */ (generic_plan, verbose, costs off, format json) ${text}`,
  )}`.execute(trx)
  return rows[0]?.['QUERY PLAN'][0]?.Plan ?? null
}

/**
 * Before 16: prepared under a name of its own, explained with nulls, which a generic plan does not
 * look at, and let go again even if explaining fails: the session belongs to a pooler, and what is
 * prepared outlives a transaction that is rolled back.
 */
async function explainPrepared(trx: Trx, text: string, name: string): Promise<PlanNode | null> {
  const statement = sql.id(name)
  await sql`savepoint supascope_plan`.execute(trx)
  try {
    await sql`prepare /* supascope */ ${statement} as ${sql.raw(text)}`.execute(trx)
    const { rows: found } = await sql<{ parameters: number }>`
      select /* supascope */ cardinality(parameter_types) as parameters
      from pg_catalog.pg_prepared_statements where name = ${name}`.execute(trx)
    const nulls = Array.from({ length: found[0]?.parameters ?? 0 }, () => 'null').join(', ')
    const { rows } = await sql<ExplainRow>`
      explain /* supascope */ (verbose, costs off, format json)
      execute ${statement}${sql.raw(nulls === '' ? '' : ` (${nulls})`)}`.execute(trx)
    return rows[0]?.['QUERY PLAN'][0]?.Plan ?? null
  } finally {
    await sql`rollback to savepoint supascope_plan`.execute(trx)
    await letGo(trx, name)
  }
}

/** Whatever is prepared under the name; nothing may be, if preparing failed. */
async function letGo(trx: Trx, name: string): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select /* supascope */ name from pg_catalog.pg_prepared_statements where name = ${name}`.execute(
    trx,
  )
  if (rows.length > 0) await sql`deallocate /* supascope */ ${sql.id(name)}`.execute(trx)
}
