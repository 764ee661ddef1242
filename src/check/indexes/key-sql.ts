import type { IndexFacts } from '../../facts/index.ts'

/**
 * The keys of an index as SQL, one a key: as `create index` wants them, with operator class,
 * collation and direction as they were written.
 *
 * @returns null if its definition is not understood
 */
export function keySql({ definition, keys }: IndexFacts): readonly string[] | null {
  const begin = definition.indexOf('(', definition.indexOf(' USING '))
  const parts = begin < 0 ? [] : listed(definition.slice(begin + 1))
  return parts.length === keys.length ? parts : null
}

/** What stands between the keys and the condition: INCLUDE, NULLS NOT DISTINCT, WITH. */
export function optionSql({ definition, included }: IndexFacts): string | undefined {
  const start =
    included.length > 0 ? definition.indexOf(' INCLUDE (') : definition.indexOf(' WITH (')
  if (start < 0) return undefined
  const where = definition.indexOf(' WHERE ', start)
  return definition.slice(start + 1, where < 0 ? undefined : where)
}

/** What stands between commas up to the closing parenthesis. */
function listed(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let begin = 0
  for (const { 0: token, index } of text.matchAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'|[(),]/g)) {
    if (token === '(') depth += 1
    else if (depth > 0) depth -= token === ')' ? 1 : 0
    else if (token === ',' || token === ')') {
      parts.push(text.slice(begin, index).trim())
      if (token === ')') return parts
      begin = index + 1
    }
  }
  return []
}
