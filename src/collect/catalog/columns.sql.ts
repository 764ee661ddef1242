import { sql } from 'kysely'
import type { ColumnFacts } from '../../facts/index.ts'
import { outsideSystem, type Probe } from './probe.ts'

/** Columns of all tables, with the planner's statistics as far as the role may see them. */
export const readColumns: Probe<'columns'> = async (trx) => {
  const { rows } = await sql<ColumnFacts>`
    select /* supascope */ c.oid::int8::float8 as "tableOid", a.attnum::int as number,
      a.attname as name, format_type(a.atttypid, a.atttypmod) as type, t.typname as "typeName",
      a.attnotnull as "notNull", a.attcollation::int8::float8 as collation,
      pg_get_expr(d.adbin, d.adrelid) as "defaultExpression",
      case a.attidentity when 'a' then 'always' when 'd' then 'by default' end as identity,
      a.attgenerated <> '' as generated,
      s.null_frac::float8 as "nullShare", s.n_distinct::float8 as distinct,
      s.most_common_freqs[1]::float8 as "commonShare",
      case when a.atttypid = 'bool'::regtype
        then (s.most_common_vals::text::text[])[1]::bool end as "commonBoolean",
      s.avg_width::float8 as "averageWidth"
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    left join pg_stats s on s.schemaname = n.nspname and s.tablename = c.relname
      and s.attname = a.attname and s.inherited = (c.relkind = 'p')
    where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'm', 'f')
      and ${outsideSystem}
    order by c.oid, a.attnum`.execute(trx)
  return rows
}
