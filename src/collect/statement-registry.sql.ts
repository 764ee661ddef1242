import { sql } from 'kysely'
import type { Trx } from '../db/index.ts'
import { arrayLiteral } from './array-literal.ts'

export interface StatementKey {
  queryid: string
  role: string
  toplevel: boolean
}

export function keyOf({ queryid, role, toplevel }: StatementKey): string {
  return `${queryid} ${toplevel} ${role}`
}

export interface Registration {
  /** Lasting numbers of the statements, by {@link keyOf}. */
  ids: Map<string, number>
  /** How many had none before. */
  added: number
  /** Whether the text of one of them is not stored yet. */
  textsWanted: boolean
}

/** Gives each statement its lasting number. */
export async function registerStatements(
  trx: Trx,
  statements: readonly StatementKey[],
  seenAt: number,
): Promise<Registration> {
  if (statements.length === 0) return { ids: new Map(), added: 0, textsWanted: false }
  const queryids = arrayLiteral(statements.map(({ queryid }) => queryid))
  const roles = statements.map(({ role }) => role)
  const toplevels = arrayLiteral(statements.map(({ toplevel }) => toplevel))
  const result = await sql<StatementKey & { id: number; added: boolean; has_text: boolean }>`
    with /* supascope */ seen as materialized (
      select distinct * from unnest(
        ${queryids}::bigint[], ${roles}::text[], ${toplevels}::boolean[]
      ) as v (queryid, role_name, toplevel)
    ), known as materialized (
      select s.* from supascope.statements s join seen using (queryid, role_name, toplevel)
    ), added as (
      insert into supascope.statements (queryid, role_name, toplevel, first_seen_at)
      select queryid, role_name, toplevel, to_timestamp(${seenAt}::double precision / 1000)
      from seen
      where not exists (
        select from known
        where (known.queryid, known.role_name, known.toplevel)
          = (seen.queryid, seen.role_name, seen.toplevel))
      returning *
    )
    select u.id, u.queryid::text, u.role_name as role, u.toplevel, u.added,
      t.queryid is not null as has_text
    from (
      select id, queryid, role_name, toplevel, false as added from known
      union all
      select id, queryid, role_name, toplevel, true from added
    ) u
    left join supascope.statement_texts t on t.queryid = u.queryid`.execute(trx)
  return {
    ids: new Map(result.rows.map((row) => [keyOf(row), row.id])),
    added: result.rows.filter((row) => row.added).length,
    textsWanted: result.rows.some((row) => !row.has_text),
  }
}
