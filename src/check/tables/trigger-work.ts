import type { TriggerFacts } from '../../facts/index.ts'
import { parsePlpgsql, parseSql, walk } from '../../syntax/index.ts'

/** What one run of a trigger's function does besides setting columns of its row. */
export interface TriggerWork {
  /** Statements in it that read or write tables, or call what may. */
  queries: number
  /** It sends an HTTP request by pg_net. */
  requests: boolean
}

/** Statements of PL/pgSQL that run SQL of their own. */
const running: ReadonlySet<string> = new Set([
  'PLpgSQL_stmt_execsql',
  'PLpgSQL_stmt_perform',
  'PLpgSQL_stmt_dynexecute',
  'PLpgSQL_stmt_fors',
  'PLpgSQL_stmt_dynfors',
  'PLpgSQL_stmt_open',
])

/** Judged by its syntax tree; null if that can't be had. */
export function triggerWork({ function: body }: TriggerFacts): TriggerWork | null {
  // Database webhooks of the dashboard.
  if (body.schema === 'supabase_functions' && body.name === 'http_request') {
    return { queries: 1, requests: true }
  }
  if (body.language !== 'plpgsql') return null
  const parsed = parsePlpgsql(
    `create function f() returns trigger language plpgsql as ${dollarQuoted(body.source)}`,
  )
  if (!parsed.ok) return null
  const work: TriggerWork = { queries: 0, requests: false }
  for (const one of parsed.functions) count(one, work)
  return work
}

function count(node: unknown, work: TriggerWork): void {
  if (typeof node !== 'object' || node === null) return
  for (const [key, value] of Object.entries(node)) {
    if (key === 'PLpgSQL_expr') ofExpression(value, work)
    else if (running.has(key)) work.queries += 1
    count(value, work)
  }
}

/** An assignment or a condition that reads a table is a query as well. */
function ofExpression(value: unknown, work: TriggerWork): void {
  const { query, parseMode } = value as { query?: string; parseMode?: number }
  if (query === undefined) return
  const text = statementOf(query, parseMode ?? 0)
  const parsed = parseSql(text)
  if (!parsed.ok) return
  let reads = 0
  for (const { tree } of parsed.statements) {
    walk(tree, {
      RangeVar: () => {
        reads += 1
      },
      FuncCall: ({ funcname = [] }) => {
        const names = funcname.map((part) => ('String' in part ? part.String.sval : ''))
        if (/^http_(get|post|delete|put|patch)$/.test(names.at(-1) ?? '')) work.requests = true
      },
    })
  }
  // Whole statements were counted where they stand.
  if (reads > 0 && parseMode !== 0 && parseMode !== undefined) work.queries += 1
}

/** RawParseMode: 0 a statement, 1 a type, 2 an expression, 3 and more `name := expression`. */
function statementOf(query: string, mode: number): string {
  if (mode === 0) return query
  if (mode === 2) return `select ${query}`
  return `select ${query.replace(/^[^=]*?:?=/s, '')}`
}

function dollarQuoted(text: string): string {
  let tag = 'body'
  while (text.includes(`$${tag}$`)) tag += '_'
  return `$${tag}$${text}$${tag}$`
}
