import { isMark, isWord, type NamePath, type OutlineToken, readName } from './sql-outline.ts'

/** A statement in a few words, for people: `select messages join members`. */
export interface SqlSummary {
  /** `select`, `insert`, `upsert`, `create index`… */
  verb: string
  /** Tables and views it names, in order, `public.` left out. */
  tables: string[]
  /** Functions it calls where it names no table. */
  functions: string[]
}

const maxTables = 4
/** Functions whose `from` is part of their own syntax. */
const fromInCall = new Set(['extract', 'substring', 'trim', 'overlay', 'position'])
const fromModifiers = ['only', 'lateral', 'rows']
const clauseWords = ['where', 'on', 'join', 'left', 'right', 'inner', 'full', 'cross', 'natural']
const otherClauses = ['group', 'order', 'limit', 'union', 'set', 'using', 'returning', 'for', 'as']

/** Summarises any statement in one pass over its tokens. */
export function summariseSql(tokens: readonly OutlineToken[]): SqlSummary {
  const first = tokens[0]
  if (first === undefined) return { verb: 'empty statement', tables: [], functions: [] }
  if (!isWord(first, 'select', 'insert', 'update', 'delete', 'with', 'merge', 'values', 'table')) {
    const isList = isMark(first, '(')
    if (!isList) return summariseUtility(tokens)
  }
  const found = findTables(tokens)
  const functions = found.tables.length === 0 ? findFunctions(tokens) : []
  return { verb: found.write ?? 'select', tables: found.tables, functions }
}

/** `select messages join members`, at most four tables. */
export function summaryLabel(summary: SqlSummary): string {
  const { verb, tables, functions } = summary
  const shown = tables.slice(0, maxTables).join(' join ')
  const rest = tables.length > maxTables ? ` and ${tables.length - maxTables} more` : ''
  if (tables.length > 0) return `${verb} ${shown}${rest}`
  return functions.length > 0 ? `${verb} ${functions.join(', ')}()` : verb
}

/** Reading or writing, as far as the first words say. */
export function summaryVerb(summary: SqlSummary): 'read' | 'write' | 'call' | 'other' {
  if (summary.tables.length === 0 && summary.functions.length > 0) return 'call'
  if (summary.verb === 'select') return 'read'
  return /^(insert|upsert|update|delete|merge)$/.test(summary.verb) ? 'write' : 'other'
}

/** `public.messages` is `messages`, other schemas stay. */
function nameOf(path: NamePath): string {
  return path.schema === null || path.schema === 'public'
    ? path.name
    : `${path.schema}.${path.name}`
}

function findTables(tokens: readonly OutlineToken[]): { tables: string[]; write: string | null } {
  const ctes = new Set<string>()
  const tables = new Set<string>()
  const calls: boolean[] = []
  let write: string | null = null
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1]
    if (isMark(token, '(')) calls.push(before?.kind === 'word' && fromInCall.has(before.text))
    else if (isMark(token, ')')) calls.pop()
    else if (opensCte(tokens, i)) ctes.add(token.text)
    if (token.kind !== 'word' || calls.at(-1) === true) continue
    const clause = tableClause(tokens, i)
    if (clause === null) continue
    if (clause.write !== null) write = strongest(write, clause.write)
    for (const name of readTables(tokens, clause.at)) {
      if (!ctes.has(name) && tables.size < 32) tables.add(name)
    }
  }
  return { tables: [...tables], write }
}

function opensCte(tokens: readonly OutlineToken[], i: number): boolean {
  if (!isWord(tokens[i + 1], 'as')) return false
  let at = i + 2
  while (isWord(tokens[at], 'not', 'materialized')) at += 1
  return isMark(tokens[at], '(')
}

function strongest(known: string | null, found: string): string {
  return known === null || found === 'upsert' ? found : known
}

/** Where the tables of a clause begin, and what it does to the first if it writes. */
function tableClause(
  tokens: readonly OutlineToken[],
  i: number,
): { at: number; write: string | null } | null {
  const [before, token, after] = [tokens[i - 1], tokens[i], tokens[i + 1]]
  if (isWord(token, 'join')) return { at: i + 1, write: null }
  if (isWord(token, 'from')) {
    if (isWord(before, 'distinct')) return null
    return { at: i + 1, write: isWord(before, 'delete') ? 'delete' : null }
  }
  if (isWord(token, 'into')) {
    if (!isWord(before, 'insert', 'merge')) return null
    return { at: i + 1, write: isWord(before, 'merge') ? 'merge' : 'insert' }
  }
  if (isWord(token, 'conflict') && isWord(before, 'on'))
    return { at: tokens.length, write: 'upsert' }
  const isUpdate = isWord(token, 'update') && !isWord(before, 'for', 'do', 'key', 'then')
  return isUpdate && after !== undefined ? { at: i + 1, write: 'update' } : null
}

function readTables(tokens: readonly OutlineToken[], at: number): string[] {
  const names: string[] = []
  let next = at
  while (names.length <= maxTables) {
    while (isWord(tokens[next], ...fromModifiers)) next += 1
    const path = readName(tokens, next)
    if (path === null || isWord(tokens[next], 'select', 'unnest')) break
    if (!isMark(tokens[path.next], '(') || isWord(tokens[at - 1], 'into')) names.push(nameOf(path))
    next = path.next
    if (isWord(tokens[next], 'as')) next += 1
    const alias = tokens[next]
    if (alias?.kind === 'quoted' || (alias?.kind === 'word' && !isClause(alias))) next += 1
    if (!isMark(tokens[next], ',')) break
    next += 1
  }
  return names
}

function isClause(token: OutlineToken): boolean {
  return isWord(token, ...clauseWords) || isWord(token, ...otherClauses)
}

const notFunctions = ['in', 'values', 'as', 'any', 'all', 'and', 'or', 'not', 'exists', 'over']

function findFunctions(tokens: readonly OutlineToken[]): string[] {
  for (let i = 1; i < tokens.length; i += 1) {
    const path = readName(tokens, i)
    if (path === null) continue
    const isCall = isMark(tokens[path.next], '(') && !isWord(tokens[i], ...notFunctions, 'select')
    if (isCall) return [nameOf(path)]
    i = path.next - 1
  }
  return []
}

/** `on`, `into` and the like lead to what a utility statement is about. */
const objectWords = ['on', 'table', 'view', 'from', 'into', 'function', 'schema']
const utilityModifiers = [
  'if',
  'exists',
  'not',
  'only',
  'concurrently',
  'verbose',
  'analyze',
  'full',
]

function summariseUtility(tokens: readonly OutlineToken[]): SqlSummary {
  const words: string[] = []
  for (const token of tokens.slice(0, 3)) {
    if (token.kind !== 'word') break
    words.push(token.text)
  }
  const verb = words[0] ?? 'statement'
  if (verb === 'explain') {
    const inner = tokens.findIndex((t) => isWord(t, 'select', 'insert', 'update', 'delete', 'with'))
    if (inner > 0) return prefixed('explain', summariseSql(tokens.slice(inner)))
  }
  if (verb === 'do') return { verb: 'do block', tables: [], functions: [] }
  if (verb === 'call') return { verb, tables: [], functions: findFunctions(tokens) }
  if (verb === 'copy' || verb === 'vacuum' || verb === 'analyze' || verb === 'truncate') {
    return { verb, tables: utilityObject(tokens, 1), functions: [] }
  }
  // An index is created on a table, but dropped by its name.
  const leading = verb === 'create' ? objectWords : [...objectWords, 'index']
  const at = tokens.slice(0, 16).findIndex((token) => isWord(token, ...leading))
  const object = at < 0 ? [] : utilityObject(tokens, at + 1)
  const kind = words[1] === 'materialized' ? 'materialized view' : words[1]
  const short = kind === undefined ? verb : `${verb} ${kind}`
  const isOn = kind === 'index' && verb === 'create' && object.length > 0
  return {
    verb: isOn ? `${short} on` : short,
    tables: object,
    functions: [],
  }
}

function prefixed(prefix: string, summary: SqlSummary): SqlSummary {
  return { ...summary, verb: `${prefix} ${summary.verb}` }
}

function utilityObject(tokens: readonly OutlineToken[], from: number): string[] {
  let at = from
  while (isWord(tokens[at], ...utilityModifiers, 'table')) at += 1
  if (isMark(tokens[at], '(')) at = (tokens[at]?.close ?? at) + 1
  const path = readName(tokens, at)
  return path === null ? [] : [nameOf(path)]
}
