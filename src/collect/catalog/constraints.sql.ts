import { type RawBuilder, sql } from 'kysely'
import type { ConstraintFacts } from '../../facts/index.ts'
import { outsideSystem, type Probe } from './probe.ts'

/** Constraints of all tables. */
export const readConstraints: Probe<'constraints'> = async (trx) => {
  const { rows } = await sql<ConstraintFacts>`
    select /* supascope */ k.oid::int8::float8 as oid, c.oid::int8::float8 as "tableOid",
      n.nspname as schema, c.relname as table, k.conname as name,
      case k.contype when 'p' then 'primary' when 'u' then 'unique' when 'f' then 'foreign'
        when 'c' then 'check' when 'x' then 'exclusion' else 'not null' end as kind,
      to_jsonb(coalesce(k.conkey, '{}')) as columns, k.convalidated as validated,
      k.condeferrable as deferrable, nullif(k.conindid, 0)::int8::float8 as "indexOid",
      case when k.contype = 'f' then jsonb_build_object(
        'tableOid', f.oid::int8::float8, 'schema', fn.nspname, 'table', f.relname,
        'columns', to_jsonb(k.confkey),
        'onDelete', ${action('k.confdeltype')}, 'onUpdate', ${action('k.confupdtype')})
      end as references,
      nullif(k.conparentid, 0)::int8::float8 as "parentOid",
      pg_get_constraintdef(k.oid) as definition
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_class f on f.oid = k.confrelid
    left join pg_namespace fn on fn.oid = f.relnamespace
    where k.contype in ('p', 'u', 'f', 'c', 'x', 'n') and ${outsideSystem}
    order by k.oid`.execute(trx)
  return rows
}

function action(column: string): RawBuilder<unknown> {
  return sql`case ${sql.ref(column)} when 'r' then 'restrict' when 'c' then 'cascade'
    when 'n' then 'set null' when 'd' then 'set default' else 'no action' end`
}
