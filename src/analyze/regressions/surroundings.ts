import { formatTime } from '../../quantity.ts'

/** Something that changed in schema, settings or server, or a mark. */
export interface Change {
  /** It happened after the one and not after the other, ms since 1970. */
  after: number
  at: number
  /** `migration`, `index`, `table`, `policy`, `trigger`, `function`, `setting`, `role_setting`, `extension`, `server`, `mark`. */
  kind: string
  object: string
  /** The table that it concerns: `schema.name`. */
  relation: string | null
  /** Null: it was made; null after it: it was dropped. Empty where no value is told. */
  before: string | null
  now: string | null
}

/** So long before a rise its cause may lie: caches run full, plans are kept, jobs come round. */
const reachMs = 30 * 60_000
const mostTold = 5

/** Which kind explains a slower statement best, where times do not tell. */
const likely = [
  'index',
  'policy',
  'migration',
  'function',
  'trigger',
  'table',
  'setting',
  'role_setting',
  'extension',
  'server',
  'mark',
]

/**
 * What changed shortly before or while a rise began, the likeliest cause first: what concerns the
 * statement's own tables, then by kind.
 *
 * @param rise - The rise began after the one and not after the other, ms since 1970.
 * @param text - Of the statement: its tables are known by their names in it.
 */
export function changesAround(
  changes: readonly Change[],
  rise: { after: number; at: number },
  text: string | null,
): Change[] {
  const from = rise.after - reachMs
  // The bucket after the rise was found slow as a whole; a change within it may still be first.
  const to = rise.at + (rise.at - rise.after)
  return changes
    .filter(({ after, at }) => at >= from && after <= to)
    .toSorted((a, b) => score(a, text) - score(b, text) || b.at - a.at)
    .slice(0, mostTold)
}

function score({ kind, relation }: Change, text: string | null): number {
  const place = likely.indexOf(kind)
  const table = relation?.split('.').at(-1)
  const own = table !== undefined && text?.includes(table) === true
  return (own ? 0 : likely.length) + (place < 0 ? likely.length : place)
}

/** `index public.messages_x dropped (2026-11-23 14:02 UTC)` */
export function describeChange(change: Change): string {
  return `${whatChanged(change)} (${formatTime(new Date(change.at).toISOString())})`
}

function whatChanged({ kind, object, before, now }: Change): string {
  if (kind === 'mark') return `mark "${object}"`
  if (kind === 'migration')
    return now === null ? `migration ${object} taken back` : `migration ${object}`
  if (kind === 'server') return serverChange(object, before, now)
  const words = kind.replace('role_setting', 'setting of')
  const verb = before === null ? 'created' : now === null ? 'dropped' : 'changed'
  if (!kind.includes('setting') && kind !== 'extension') return `${words} ${object} ${verb}`
  if (before === null) return `${words} ${object} set to ${now}`
  if (now === null) return `${words} ${object} no longer ${before}`
  return `${words} ${object} ${before} → ${now}`
}

function serverChange(object: string, before: string | null, now: string | null): string {
  if (object === 'version') return `server ${before} → ${now}`
  if (object === 'started') return 'server restarted'
  return object === 'statements reset' ? 'pg_stat_statements reset' : 'activity counters reset'
}
