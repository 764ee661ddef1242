import { type PlpgsqlNode, parsePlpgsql } from '../parse-plpgsql.ts'
import { parseExpression, parserMessage, parseSql } from '../parse-sql.ts'
import { asks, innerStatement } from './inner-statement.ts'
import type { BodyStatement, ReadBody, RoutineBody, RoutineSource } from './routine-body.ts'

/** Reads a body in PL/pgSQL. Never throws. */
export function readPlpgsql({ definition }: RoutineSource): ReadBody {
  const parsed = parseWithRecords(definition)
  if (!parsed.ok) return parsed
  const [one] = parsed.functions
  if (one === undefined) return { ok: false, error: 'holds no PL/pgSQL function' }
  try {
    const reading = new Reading(variablesOf(one))
    reading.visit(one.datums, outside)
    reading.visit(one.action, outside)
    return { ok: true, body: reading.finish() }
  } catch (error) {
    return { ok: false, error: parserMessage(error) }
  }
}

/** Variables of composite types that the parser can't know are made records for it, at most so many. */
const mostRecords = 20

/**
 * The parser knows no table and no type of the database: of a variable of a composite type it takes
 * the fields for unknown variables. As a record it may have any field.
 */
function parseWithRecords(definition: string): ReturnType<typeof parsePlpgsql> {
  let text = definition.replace(/(?<![\w$".])[\w$".]+\s*%\s*rowtype\b/gi, 'record')
  for (let i = 0; ; i++) {
    const parsed = parsePlpgsql(text)
    if (parsed.ok || i === mostRecords) return parsed
    const [, name] = /^"([a-z_][\w$]*)\.[^"]*" is not a known variable/i.exec(parsed.error) ?? []
    const declared =
      name === undefined
        ? undefined
        : new RegExp(
            `\\b(${name.replaceAll('$', '\\$')})\\s+(?!record\\b)[\\w$".]+(?=\\s*(;|:=|=|default\\b|not\\b))`,
            'i',
          )
    if (!declared?.test(text)) return parsed
    text = text.replace(declared, '$1 record')
  }
}

function variablesOf({ datums }: PlpgsqlNode): Set<string> {
  const names = (Array.isArray(datums) ? datums : []).flatMap((datum: object) =>
    Object.values(datum).map(({ refname }: { refname?: unknown }) => refname),
  )
  return new Set(names.filter((name) => typeof name === 'string'))
}

/** What surrounds a node. */
interface Surroundings {
  loops: number
  line: number | null
  loopQuery: boolean
  intoRecord: string | null
  countInto: string | null
}

const outside: Surroundings = {
  loops: 0,
  line: null,
  loopQuery: false,
  intoRecord: null,
  countInto: null,
}

/** Loops that run once for each of many things; one that ends by itself may be a batch at a time. */
const forLoops = ['fori', 'fors', 'forc', 'dynfors', 'foreach_a'].map(
  (kind) => `PLpgSQL_stmt_${kind}`,
)
/** Statements that do more than a query. */
const effects = ['commit', 'rollback', 'set', 'call'].map((kind) => `PLpgSQL_stmt_${kind}`)
/** Statements whose text is made while they run, and the field that holds it. */
const dynamicFields: Readonly<Record<string, string>> = {
  PLpgSQL_stmt_dynexecute: 'query',
  PLpgSQL_stmt_dynfors: 'query',
  PLpgSQL_stmt_return_query: 'dynquery',
  PLpgSQL_stmt_open: 'dynquery',
}

class Reading {
  readonly #variables: ReadonlySet<string>
  readonly #body: RoutineBody = {
    statements: [],
    calls: [],
    dynamic: [],
    exceptionsInLoops: [],
    countsToExist: [],
    hasEffects: false,
  }
  readonly #texts: string[] = []
  readonly #counted: { name: string; line: number | null }[] = []

  constructor(variables: ReadonlySet<string>) {
    this.#variables = variables
  }

  visit(node: unknown, around: Surroundings): void {
    if (Array.isArray(node)) for (const one of node) this.visit(one, around)
    else if (typeof node === 'object' && node !== null) {
      for (const [kind, inner] of Object.entries(node)) this.#visitKind(kind, inner, around)
    }
  }

  finish(): RoutineBody {
    const countsToExist = this.#counted
      .filter(({ name }) => this.#isAskedForAny(name))
      .map(({ line }) => line ?? 1)
    return {
      ...this.#body,
      // The parser tells the body of a loop before its query.
      statements: this.#body.statements.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
      calls: [...new Set(this.#body.calls)],
      countsToExist: [...this.#body.countsToExist, ...countsToExist],
    }
  }

  #visitKind(kind: string, inner: unknown, around: Surroundings): void {
    const node = inner as PlpgsqlNode
    if (!kind.startsWith('PLpgSQL_')) this.visit(inner, around)
    else if (kind === 'PLpgSQL_expr') this.#expression(node, around)
    else this.#statement(kind, node, around)
  }

  #statement(kind: string, node: PlpgsqlNode, around: Surroundings): void {
    const line = typeof node.lineno === 'number' ? node.lineno : around.line
    const here = { ...around, line, loopQuery: false, intoRecord: null, countInto: null }
    if (effects.includes(kind)) this.#body.hasEffects = true
    if (kind === 'PLpgSQL_stmt_block' && node.exceptions !== undefined && around.loops > 0) {
      this.#body.exceptionsInLoops.push(line ?? 1)
    }
    const isLoop = forLoops.includes(kind)
    for (const [field, value] of Object.entries(node)) {
      const inBody = isLoop && field === 'body'
      if (field === dynamicFields[kind]) this.#dynamic(value, here)
      else if (inBody) this.visit(value, { ...here, loops: here.loops + 1 })
      else this.visit(value, { ...here, ...targetOf(node), loopQuery: isLoop && field === 'query' })
    }
  }

  #expression({ query, parseMode }: PlpgsqlNode, around: Surroundings): void {
    if (typeof query !== 'string') return
    if (parseMode === 0) {
      this.#sql(query, around)
      return
    }
    // `variable := expression`
    const text = Number(parseMode) >= 3 ? query.replace(/^[^=]*?:?=/s, '') : query
    this.#texts.push(query)
    const parsed = parseExpression(text)
    if (!parsed.ok) return
    this.#add(innerStatement(parsed.tree, this.#context(text.trim(), around, true)), around)
  }

  #sql(text: string, around: Surroundings): void {
    this.#texts.push(text)
    const parsed = parseSql(text)
    for (const { tree, text } of parsed.ok ? parsed.statements : []) {
      this.#add(innerStatement(tree, this.#context(text, around, false)), around)
    }
  }

  #context(
    text: string,
    { line }: Surroundings,
    expression: boolean,
  ): Parameters<typeof innerStatement>[1] {
    return { text, line, expression, variables: this.#variables }
  }

  #add(statement: ReturnType<typeof innerStatement>, around: Surroundings): void {
    const { loops, loopQuery, intoRecord, countInto } = around
    this.#body.calls.push(...statement.calls)
    if (statement.countsToExist) this.#body.countsToExist.push(around.line ?? 1)
    if (statement.writes) this.#body.hasEffects = true
    if (statement.counts && countInto !== null) {
      this.#counted.push({ name: countInto, line: around.line })
    }
    // What asks no table costs nothing worth a word.
    if (statement.tables.length === 0 && !statement.writes) return
    const one: BodyStatement = { ...statement, loops, loopQuery, intoRecord }
    this.#body.statements.push(one)
  }

  /** A text that is a constant is known all the same. */
  #dynamic(value: unknown, around: Surroundings): void {
    const { query } = ((value as PlpgsqlNode).PLpgSQL_expr ?? {}) as PlpgsqlNode
    const parsed = parseExpression(String(query))
    const constant =
      parsed.ok && 'A_Const' in parsed.tree ? parsed.tree.A_Const.sval?.sval : undefined
    if (constant !== undefined && parseSql(constant).ok) {
      this.#sql(constant, around)
      return
    }
    this.#body.dynamic.push(around.line ?? 1)
    this.visit(value, around)
  }

  /** True if all that is done with a variable is to compare it with nothing. */
  #isAskedForAny(name: string): boolean {
    const word = new RegExp(
      `\\b${name.replaceAll('$', '\\$')}\\b\\s*(>=|<=|<>|!=|>|<|=)?\\s*(\\d+)?`,
      'gi',
    )
    const uses = this.#texts.flatMap((text) => [...text.matchAll(word)])
    return (
      uses.length > 0 && uses.every(([, sign = '', digits = '']) => asks.includes(sign + digits))
    )
  }
}

/** Where the row of a statement goes: a record as a whole, or one variable. */
function targetOf(node: PlpgsqlNode): Pick<Surroundings, 'intoRecord' | 'countInto'> {
  const target = (node.target ?? node.var) as
    | { PLpgSQL_rec?: { refname?: string }; PLpgSQL_row?: { fields?: { name?: string }[] } }
    | undefined
  const fields = target?.PLpgSQL_row?.fields ?? []
  return {
    intoRecord: target?.PLpgSQL_rec?.refname ?? null,
    countInto: fields.length === 1 ? (fields[0]?.name ?? null) : null,
  }
}
