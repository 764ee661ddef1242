import { parseSql } from '../parse-sql.ts'
import { innerStatement } from './inner-statement.ts'
import { readPlpgsql } from './plpgsql-body.ts'
import type { ReadBody, RoutineSource } from './routine-body.ts'

/** Reads the body of a routine in SQL or PL/pgSQL. Never throws; other languages are an error. */
export function readBody(source: RoutineSource): ReadBody {
  switch (source.language) {
    case 'sql':
      return readSql(source.body)
    case 'plpgsql':
      return readPlpgsql(source)
    default:
      return { ok: false, error: `is written in ${source.language}` }
  }
}

function readSql(body: string): ReadBody {
  const parsed = parseSql(withoutFrame(body))
  if (!parsed.ok) return parsed
  const statements = parsed.statements.map(({ tree, text }) => ({
    ...innerStatement(tree, { text, line: null, expression: false, variables: new Set() }),
    loops: 0,
    loopQuery: false,
    intoRecord: null,
  }))
  return {
    ok: true,
    body: {
      statements,
      calls: [...new Set(statements.flatMap(({ calls }) => calls))],
      dynamic: [],
      exceptionsInLoops: [],
      countsToExist: statements.filter((one) => one.countsToExist).map(() => 1),
      hasEffects: statements.some(({ writes }) => writes),
    },
  }
}

/** A body of the standard's form: `begin atomic …; end` or `return …`. */
function withoutFrame(body: string): string {
  const text = body.trim()
  const atomic = /^begin\s+atomic\b([\s\S]*)\bend(?:\s*;)?$/i.exec(text)
  if (atomic?.[1] !== undefined) return atomic[1]
  return /^return\b/i.test(text) ? `select ${text.slice('return'.length)}` : body
}
