import { platformShape } from './platform-shape.ts'
import { postgrestShape } from './postgrest-shape.ts'
import { type CommentTags, readCommentTags } from './sql-comments.ts'
import { findClause, isMark, isWord, type OutlineToken, outlineSql } from './sql-outline.ts'
import { type SqlSummary, summariseSql, summaryLabel, summaryVerb } from './sql-summary.ts'
import type { StatementShape } from './statement-shape.ts'

/** Whether a statement is worth ranking. */
export type StatementPlace =
  | 'ranked'
  /** Supascope's own reading and writing. */
  | 'own'
  /** Transaction control, settings, and the bookkeeping of pg_cron: nobody can mend them. */
  | 'housekeeping'

export type DescribedStatement = StatementShape & { place: StatementPlace }

/** The comment that marks our own statements. */
export const ownMarker = '/* supascope */'

const maxLabel = 240
const unknownText = '(text not known)'

/**
 * Describes a statement from its normalised text and role. Never throws; linear in the text.
 *
 * @param text - As pg_stat_statements keeps it; null if it could not be read.
 * @param role - The role that ran it, after SET ROLE.
 */
export function describeStatement(text: string | null, role: string): DescribedStatement {
  if (text === null) return place('ranked', { ...plain, label: unknownText })
  const { tokens, comments } = outlineSql(text)
  const request = text.includes('pgrst_source') ? postgrestShape(tokens) : null
  if (request !== null) return place('ranked', request)
  const summary = summariseSql(tokens)
  if (text.includes(ownMarker)) {
    return place('own', { ...plain, label: `supascope: ${summaryLabel(summary)}` })
  }
  if (isHousekeeping(tokens, summary)) {
    return place('housekeeping', { ...plain, label: summaryLabel(summary) })
  }
  const shape =
    platformShape({ tokens, comments, summary, role }) ??
    withLimit(taggedShape(summary, readCommentTags(comments)), tokens)
  return place('ranked', shape)
}

const plain: StatementShape = { kind: 'direct', label: '', verb: 'other', lookup: false }

function place(where: StatementPlace, shape: StatementShape): DescribedStatement {
  const label =
    shape.label.length > maxLabel ? `${shape.label.slice(0, maxLabel - 1)}…` : shape.label
  return { ...shape, label, place: where }
}

/** SQL of an app or edge function, or of nobody in particular. */
function taggedShape(summary: SqlSummary, tags: CommentTags | null): StatementShape {
  const label = summaryLabel(summary)
  const verb = summaryVerb(summary)
  const lookup = verb === 'read' || verb === 'write'
  if (tags === null) return { kind: 'direct', label, verb, lookup }
  const { application, route, edge } = tags
  if (edge) return { kind: 'edge', label: `edge ${route || application}: ${label}`, verb, lookup }
  const sender = [application, route].filter(Boolean).join(' ')
  return { kind: 'direct', label: `${sender}: ${label}`, verb, lookup }
}

/** `fetch first 10 rows only` limits as `limit` does; `for update` and the like may follow either. */
function withLimit(shape: StatementShape, tokens: readonly OutlineToken[]): StatementShape {
  if (shape.verb !== 'read') return shape
  const at = findClause(tokens, { from: 0, to: tokens.length }, 'limit', 'fetch')
  return { ...shape, limited: at >= 0 && !isWord(tokens[at + 1], 'all') }
}

const transactionWords = ['begin', 'start', 'commit', 'end', 'rollback', 'abort', 'savepoint']
const sessionWords = [
  'set',
  'reset',
  'show',
  'discard',
  'deallocate',
  'listen',
  'unlisten',
  'release',
]

function isHousekeeping(tokens: readonly OutlineToken[], summary: SqlSummary): boolean {
  if (tokens.length === 0) return true
  if (isWord(tokens[0], ...transactionWords, ...sessionWords)) return true
  if (summary.tables[0] === 'cron.job_run_details' || summary.tables[0] === 'cron.job') return true
  if (!isWord(tokens[0], 'select') || summary.tables.length > 0) return false
  return setsOnlySettings(tokens) || tokens.length <= 2 || isMark(tokens[2], ';')
}

/** PostgREST opens each transaction by setting the role, the claims and the request as settings. */
function setsOnlySettings(tokens: readonly OutlineToken[]): boolean {
  for (let i = 1; i < tokens.length; i += 1) {
    const open = tokens[i + 1]
    if (!isWord(tokens[i], 'set_config') || open === undefined || !isMark(open, '(')) return false
    i = open.close + 1
    while (isWord(tokens[i], 'as') || tokens[i]?.kind === 'quoted') i += 1
    if (tokens[i] !== undefined && !isMark(tokens[i], ',')) return isMark(tokens[i], ';')
  }
  return true
}
