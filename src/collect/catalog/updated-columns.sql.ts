import { sql } from 'kysely'
import type { UpdatedColumn } from '../../facts/index.ts'
import { parseSql, walk } from '../../syntax/index.ts'
import { requireStatistics } from '../require-statistics.ts'
import { statementsFunction } from '../statement-columns.ts'
import type { Probe } from './probe.ts'

/** Statements that touched the most rows; the others can't be what keeps a table busy. */
const most = 200
/** Longer texts list values, not columns. */
const longestText = 20_000

/** Which columns updates set, by the texts of the statements that touch the most rows. */
export const readUpdatedColumns: Probe<'updatedColumns'> = async (trx, capabilities) => {
  const { schema } = requireStatistics(capabilities)
  const { rows: statements } = await sql<{ query: string; rows: number }>`
    select /* supascope */ s.query, s.rows::float8 as rows
    from ${statementsFunction(schema, true)} s
    where s.dbid = (select oid from pg_database where datname = current_database())
      and s.query ~* '\\mupdate\\M' and s.query !~* '^\\s*(select|lock)\\M' and s.rows > 0
      and length(s.query) <= ${longestText}
    order by s.rows desc, s.queryid limit ${most}`.execute(trx)
  const updates = statements.flatMap(({ query, rows }) =>
    updatesOf(query).map((one) => ({ ...one, rows })),
  )
  return addUp(updates, await tableOids(trx, updates))
}

interface Update {
  schema: string | null
  table: string
  columns: ReadonlySet<string>
}

/** The tables that a statement updates, and what it sets there; `on conflict do update` as well. */
function updatesOf(text: string): Update[] {
  const parsed = parseSql(text)
  const found: Update[] = []
  for (const { tree } of parsed.ok ? parsed.statements : []) {
    walk(tree, {
      UpdateStmt: ({ relation, targetList }) => {
        found.push(...updateOf(relation, targetList))
      },
      InsertStmt: ({ relation, onConflictClause }) => {
        found.push(...updateOf(relation, onConflictClause?.targetList))
      },
    })
  }
  return found
}

function updateOf(
  relation: { schemaname?: string; relname?: string } | undefined,
  targets: readonly object[] | undefined,
): Update[] {
  const columns = (targets ?? []).flatMap((target) => {
    const named = 'ResTarget' in target ? (target.ResTarget as { name?: string }) : {}
    return named.name ?? []
  })
  if (relation?.relname === undefined || columns.length === 0) return []
  const { schemaname: schema = null, relname: table } = relation
  return [{ schema, table, columns: new Set(columns) }]
}

/** By `schema.table`, and by `table` alone where only one has that name. */
async function tableOids(
  trx: Parameters<Probe<'updatedColumns'>>[0],
  updates: readonly Update[],
): Promise<Map<string, number>> {
  const names = [...new Set(updates.map(({ table }) => table))]
  const { rows } = await sql<{ oid: number; schema: string; name: string; alone: boolean }>`
    select /* supascope */ c.oid::int8::float8 as oid, n.nspname as schema, c.relname as name,
      count(*) over (partition by c.relname) = 1 as alone
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and c.relname = any(${names}::name[])
      and n.nspname <> 'pg_catalog'`.execute(trx)
  return new Map(
    rows.flatMap(({ oid, schema, name, alone }) => [
      [keyOf(schema, name), oid] as const,
      // PostgREST and most others look in `public` first.
      ...(alone || schema === 'public' ? [[keyOf(null, name), oid] as const] : []),
    ]),
  )
}

function keyOf(schema: string | null, table: string): string {
  return JSON.stringify([schema, table])
}

function addUp(
  updates: readonly (Update & { rows: number })[],
  oids: ReadonlyMap<string, number>,
): UpdatedColumn[] {
  const tables = Map.groupBy(updates, ({ schema, table }) => oids.get(keyOf(schema, table)))
  return [...tables].flatMap(([tableOid, all]) => {
    if (tableOid === undefined) return []
    const statementUpdates = all.reduce((sum, { rows }) => sum + rows, 0)
    const columns = new Set(all.flatMap((one) => [...one.columns]))
    return [...columns].map((column) => ({
      tableOid,
      column,
      updates: all.reduce((sum, one) => sum + (one.columns.has(column) ? one.rows : 0), 0),
      statementUpdates,
    }))
  })
}
