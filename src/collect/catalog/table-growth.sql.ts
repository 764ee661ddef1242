import { sql } from 'kysely'
import { ScopeError } from '../../errors.ts'
import type { SizeAt, TableGrowth } from '../../facts/index.ts'
import type { Probe } from './probe.ts'

/** The noted sizes of the largest tables: the last one, half a day before it, and a week before. */
export const readTableGrowth: Probe<'tableGrowth'> = async (trx, { schema }) => {
  if (schema?.objects.has('table_sizes') !== true) {
    throw new ScopeError(
      'SCOPE_SCHEMA_MISSING',
      'no sizes of tables were kept',
      'apply the migrations with `npx supascope migrate`',
    )
  }
  const { rows } = await sql<TableGrowth>`
    with /* supascope */ latest as (
      select max(taken_at) as at from supascope.table_sizes
    )
    select s.schema_name as schema, s.table_name as table,
      ${size('s')} as now, ${olderBy('12 hours')} as before, ${olderBy('7 days')} as "weekBefore"
    from latest l
    join supascope.table_sizes s on s.taken_at = l.at
    order by s.bytes desc, s.schema_name, s.table_name`.execute(trx)
  return rows
}

function size(alias: string): ReturnType<typeof sql<SizeAt>> {
  const column = (name: string): ReturnType<typeof sql.ref> => sql.ref(`${alias}.${name}`)
  return sql<SizeAt>`jsonb_build_object('at', to_char(${column('taken_at')} at time zone 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'bytes', ${column('bytes')})`
}

/** Not far older: growth over an unknown stretch of time says little. */
function olderBy(span: '12 hours' | '7 days'): ReturnType<typeof sql<SizeAt | null>> {
  return sql<SizeAt | null>`(select ${size('o')} from supascope.table_sizes o
    where o.schema_name = s.schema_name and o.table_name = s.table_name
      and o.taken_at <= l.at - ${span}::interval and o.taken_at > l.at - 2 * ${span}::interval
    order by o.taken_at desc limit 1)`
}
