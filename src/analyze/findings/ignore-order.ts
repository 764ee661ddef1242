import type { Finding } from '../../finding.ts'
import type { IgnoreOrder } from './stored-finding.ts'

/** The first order that speaks of a finding and has not ended; null if there is none. */
export function orderFor(
  finding: Finding,
  orders: readonly IgnoreOrder[],
  at: string,
): IgnoreOrder | null {
  const names = namesOf(finding)
  return (
    orders.find((order) => {
      const { rule, object, until } = order
      if (rule === undefined && object === undefined) return false
      if (until !== undefined && Date.parse(until) <= Date.parse(at)) return false
      if (rule !== undefined && !matches(rule, finding.name)) return false
      return object === undefined || names.some((name) => matches(object, name))
    }) ?? null
  )
}

/** What people may call the object of a finding. */
function namesOf({ cacheKey, name: rule, metadata }: Finding): string[] {
  const { schema, name, table, queryid } = metadata
  const path = (...parts: unknown[]): string => parts.filter((part) => part != null).join('.')
  return [
    cacheKey,
    cacheKey.startsWith(`${rule}:`) ? cacheKey.slice(rule.length + 1) : cacheKey,
    path(schema, name),
    path(schema, table, name),
    path(name),
    path(queryid),
  ].filter((one) => one !== '')
}

/** `*` stands for any characters, everything else for itself. Linear in the text for each part. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return pattern === text
  if (!text.startsWith(first) || text.length < first.length + last.length) return false
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.endsWith(last) && text.length - last.length >= at
}
