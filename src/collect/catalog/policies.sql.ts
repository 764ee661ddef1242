import { sql } from 'kysely'
import type { PolicyExpression, PolicyFacts } from '../../facts/index.ts'
import { parseExpression } from '../../syntax/index.ts'
import { outsideSystem, type Probe } from './probe.ts'

interface Row extends Omit<PolicyFacts, 'using' | 'check'> {
  using: string | null
  check: string | null
}

/** Policies of all tables, with their conditions parsed, each text once. */
export const readPolicies: Probe<'policies'> = async (trx) => {
  const { rows } = await sql<Row>`
    with /* supascope */ called as materialized (
      select d.objid, jsonb_agg(distinct d.refobjid::int8) as functions
      from pg_depend d
      where d.classid = 'pg_policy'::regclass and d.refclassid = 'pg_proc'::regclass
      group by d.objid
    )
    select p.oid::int8::float8 as oid, c.oid::int8::float8 as "tableOid",
      n.nspname as schema, c.relname as table, p.polname as name,
      case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
        when 'd' then 'delete' else 'all' end as command,
      p.polpermissive as permissive,
      (select coalesce(jsonb_agg(pg_get_userbyid(r) order by pg_get_userbyid(r)), '[]')
        from unnest(p.polroles) as r where r <> 0) as roles,
      pg_get_expr(p.polqual, p.polrelid) as using,
      pg_get_expr(p.polwithcheck, p.polrelid) as check,
      coalesce(f.functions, '[]') as functions
    from pg_policy p
    join pg_class c on c.oid = p.polrelid
    join pg_namespace n on n.oid = c.relnamespace
    left join called f on f.objid = p.oid
    where ${outsideSystem}
    order by n.nspname, c.relname, p.polname`.execute(trx)
  const parsed = new Map<string, PolicyExpression>()
  return rows.map((row) => ({
    ...row,
    using: expression(row.using, parsed),
    check: expression(row.check, parsed),
  }))
}

function expression(
  text: string | null,
  parsed: Map<string, PolicyExpression>,
): PolicyExpression | null {
  if (text === null) return null
  const known = parsed.get(text)
  if (known !== undefined) return known
  const result = parseExpression(text)
  const made = { text, tree: result.ok ? result.tree : null }
  parsed.set(text, made)
  return made
}
