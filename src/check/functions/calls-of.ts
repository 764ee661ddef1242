import type { StatementFacts } from '../../analyze/index.ts'

const known = new WeakMap<StatementFacts, ReadonlySet<string>>()

const call = /(?:"((?:[^"]|"")+)"|([a-z_][\w$]*))\s{0,10}\(/gi

/** Names that a statement's text calls as functions, without their schemas. */
export function callsOf(statement: StatementFacts): ReadonlySet<string> {
  const before = known.get(statement)
  if (before !== undefined) return before
  const names = new Set(
    Array.from((statement.text ?? '').matchAll(call), ([, quoted, plain = '']) =>
      quoted === undefined ? plain.toLowerCase() : quoted.replaceAll('""', '"'),
    ),
  )
  known.set(statement, names)
  return names
}
