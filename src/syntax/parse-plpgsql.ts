import { parsePlPgSQLSync } from 'libpg-query'
import { parserMessage, unparsable } from './parse-sql.ts'

/**
 * A node of PL/pgSQL's tree, as `{ PLpgSQL_stmt_fors: { lineno: 3, body: […], query: … } }`. Its
 * expressions are texts: `{ PLpgSQL_expr: { query: 'select 1', parseMode: 0 } }`.
 */
export type PlpgsqlNode = Readonly<Record<string, unknown>>

export type ParsedPlpgsql =
  /** `functions`: one a `create function` of the text. */
  { ok: true; functions: PlpgsqlNode[] } | { ok: false; error: string }

/**
 * Parses a whole `create function … language plpgsql`, as pg_get_functiondef() prints it. Never
 * throws. The parser knows no catalog: it takes every type that it does not know for one that is.
 */
export function parsePlpgsql(createFunction: string): ParsedPlpgsql {
  const refused = unparsable(createFunction)
  if (refused !== null) return { ok: false, error: refused }
  try {
    const result = parsePlPgSQLSync(createFunction) as { plpgsql_funcs?: unknown }
    const functions = result.plpgsql_funcs
    if (!Array.isArray(functions)) return { ok: false, error: 'holds no PL/pgSQL function' }
    return {
      ok: true,
      functions: functions.flatMap((one: { PLpgSQL_function?: PlpgsqlNode }) =>
        one.PLpgSQL_function === undefined ? [] : [one.PLpgSQL_function],
      ),
    }
  } catch (error) {
    return { ok: false, error: parserMessage(error) }
  }
}
