import { sql } from 'kysely'
import { redactRunning } from '../../analyze/index.ts'
import type { Trx } from '../../db/index.ts'
import { type FunctionBody, managedSchemas } from '../../facts/index.ts'
import { readBody } from '../../syntax/index.ts'
import { outsideSystem, type Probe } from './probe.ts'

/** More functions than this are not read, nor longer ones, characters. */
const mostFunctions = 2_000
const longestBody = 100_000

interface Row extends Omit<FunctionBody, 'body' | 'error' | 'volatileCalls'> {
  /** Null if it is too long. */
  source: string | null
  definition: string
}

/** Reads the bodies of the team's functions in SQL and PL/pgSQL, and what is in them. */
export const readFunctionBodies: Probe<'functionBodies'> = async (trx) => {
  const rows = await readSources(trx)
  const bodies = rows.map(read)
  const names = new Set(bodies.flatMap(({ body }) => body?.calls ?? []).map(lastPart))
  const steady = await readSteadyNames(trx, [...names])
  return bodies.map((one) => ({
    ...one,
    volatileCalls: (one.body?.calls ?? []).filter((call) => !steady.has(lastPart(call))),
  }))
}

function read({ source, definition, ...row }: Row): Omit<FunctionBody, 'volatileCalls'> {
  if (source === null) return { ...row, body: null, error: `longer than ${longestBody} characters` }
  const result = readBody({ language: row.language, definition, body: source })
  if (!result.ok) return { ...row, body: null, error: result.error }
  const statements = result.body.statements.map((one) => ({
    ...one,
    text: redactRunning(one.text),
  }))
  return { ...row, body: { ...result.body, statements }, error: null }
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

async function readSources(trx: Trx): Promise<Row[]> {
  const { rows } = await sql<Row>`
    with /* supascope */ made as materialized (
      select d.objid from pg_depend d
      where d.classid = 'pg_proc'::regclass and d.deptype = 'e'
        and d.refclassid = 'pg_extension'::regclass
    )
    select c.oid::int8::float8 as oid, n.nspname as schema, c.proname as name,
      oidvectortypes(c.proargtypes) as arguments, l.lanname as language,
      case c.prokind when 'p' then 'procedure' else 'function' end as kind,
      case c.provolatile when 'i' then 'immutable' when 's' then 'stable'
        else 'volatile' end as volatility,
      c.prorettype in ('trigger'::regtype, 'event_trigger'::regtype) as trigger,
      case when length(c.prosrc) <= ${longestBody}
        then coalesce(pg_get_function_sqlbody(c.oid), c.prosrc) end as source,
      case when l.lanname = 'plpgsql' and length(c.prosrc) <= ${longestBody}
        then pg_get_functiondef(c.oid) else '' end as definition
    from pg_proc c
    join pg_namespace n on n.oid = c.pronamespace
    join pg_language l on l.oid = c.prolang
    where ${outsideSystem} and n.nspname <> all (${[...managedSchemas]}::text[])
      and l.lanname in ('sql', 'plpgsql') and c.prokind in ('f', 'p')
      and c.oid not in (select objid from made)
      -- Ours is ours to mend.
      and strpos(c.prosrc, 'supascope.') = 0
    order by c.oid
    limit ${mostFunctions}`.execute(trx)
  return rows
}

/** Names of which every function that bears them is stable or immutable. */
async function readSteadyNames(trx: Trx, names: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ name: string }>`
    select /* supascope */ proname as name from pg_proc
    where proname = any (${[...names]}::text[])
    group by proname
    having bool_and(provolatile <> 'v')`.execute(trx)
  return new Set(rows.map(({ name }) => name))
}
