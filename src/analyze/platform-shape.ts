import { isWord, type OutlineToken } from './sql-outline.ts'
import { type SqlSummary, summaryLabel, summaryVerb } from './sql-summary.ts'
import type { StatementShape } from './statement-shape.ts'

interface Described {
  tokens: readonly OutlineToken[]
  comments: readonly string[]
  summary: SqlSummary
  role: string
}

/** Recognises the statements of Supabase's own services; null for those of the team's code. */
export function platformShape(statement: Described): StatementShape | null {
  const { summary, role } = statement
  const schema = schemaOf(summary)
  if (isDashboard(statement)) return named('dashboard', 'Dashboard', summary)
  if (schema === 'graphql' || schema === 'graphql_public') {
    return { kind: 'graphql', label: 'GraphQL query', verb: 'call', lookup: false }
  }
  if (role === 'supabase_auth_admin' || schema === 'auth') return named('auth', 'Auth', summary)
  if (role === 'supabase_storage_admin' || schema === 'storage' || isStorageTable(statement)) {
    return named('storage', 'Storage', summary)
  }
  if (role === 'supabase_realtime_admin' || schema === 'realtime' || schema === '_realtime') {
    return realtimeShape(statement)
  }
  if (schema === 'cron') return named('cron', 'pg_cron', summary)
  if (role === 'authenticator') return named('rest', 'PostgREST schema cache', summary)
  return null
}

function named(kind: StatementShape['kind'], service: string, summary: SqlSummary): StatementShape {
  return {
    kind,
    label: `${service}: ${summaryLabel(summary)}`,
    verb: summaryVerb(summary),
    lookup: false,
  }
}

/** The schema of all that a statement names, if it is one and the same. */
function schemaOf({ tables, functions }: SqlSummary): string | null {
  const names = tables.length > 0 ? tables : functions
  const schemas = new Set(names.map((name) => name.slice(0, Math.max(0, name.indexOf('.')))))
  const [schema] = schemas
  return schemas.size === 1 && schema !== undefined && schema !== '' ? schema : null
}

/** The dashboard signs the SQL editor's statements; its own carry the comments of postgres-meta. */
function isDashboard({ comments, role, tokens }: Described): boolean {
  if (role === 'supabase_read_only_user' || role === 'dashboard_user') return true
  const signature = /source:\s*dashboard|Adapted from information_schema|pgMeta/i
  if (comments.some((comment) => signature.test(comment))) return true
  const lintColumns = ['cache_key', 'remediation', 'facing']
  const seen = new Set(tokens.map((token) => token.text))
  return lintColumns.every((column) => seen.has(column))
}

/** The storage service runs as the caller, with its own tables first in the search path. */
function isStorageTable({ tokens, summary }: Described): boolean {
  const tables = ['objects', 'buckets', 's3_multipart_uploads', 's3_multipart_uploads_parts']
  const first = summary.tables[0]
  if (first === undefined || !tables.includes(first)) return false
  return tokens.some((token) => token.text === 'bucket_id' || token.text === 'allowed_mime_types')
}

function realtimeShape({ tokens, summary }: Described): StatementShape {
  const polls = tokens.some((token) => isWord(token, 'list_changes'))
  if (!polls) return named('realtime', 'Realtime', summary)
  const label = 'Realtime: poll of postgres_changes'
  return { kind: 'realtime', label, verb: 'call', lookup: false }
}
