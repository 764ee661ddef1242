import { ScopeError } from '../errors.ts'

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

const longestMs = 3660 * unitMs.d

/**
 * `90s`, `30m`, `24h`, `7d`, `2w` as milliseconds.
 *
 * @throws ScopeError SCOPE_USAGE for anything else, zero, and more than ten years.
 */
export function parseDuration(text: string, option: string): number {
  const match = /^(\d{1,9})([smhdw])$/.exec(text)
  const unit = match?.[2] as keyof typeof unitMs | undefined
  const ms = unit === undefined ? 0 : Number(match?.[1]) * unitMs[unit]
  if (ms > 0 && ms <= longestMs) return ms
  throw new ScopeError(
    'SCOPE_USAGE',
    `${option} takes a duration, not '${text}'`,
    'write a whole number and a unit, up to ten years: 90s, 30m, 24h, 7d or 2w',
  )
}

/**
 * A moment: ISO 8601 (`2026-11-01`, `2026-11-01T08:30`, with or without zone; UTC without), or a
 * duration back from `now`.
 *
 * @throws ScopeError SCOPE_USAGE
 */
export function parseMoment(text: string, option: string, now: Date): Date {
  if (/^\d+[smhdw]$/.test(text)) return new Date(now.getTime() - parseDuration(text, option))
  const date = parseIso(text)
  if (date !== null) return date
  throw new ScopeError(
    'SCOPE_USAGE',
    `${option} takes a duration or a time, not '${text}'`,
    'write 90s, 30m, 24h, 7d or 2w, or a time as 2026-11-01 or 2026-11-01T08:30Z',
  )
}

/**
 * A moment to come: ISO 8601 as for {@link parseMoment}, or a duration on from `now`.
 *
 * @throws ScopeError SCOPE_USAGE, also for what is past.
 */
export function parseEnd(text: string, option: string, now: Date): Date {
  const end = /^\d+[smhdw]$/.test(text)
    ? new Date(now.getTime() + parseDuration(text, option))
    : parseMoment(text, option, now)
  if (end > now) return end
  throw new ScopeError('SCOPE_USAGE', `${option} is past`, 'give a time that is still to come')
}

const iso = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/

function parseIso(text: string): Date | null {
  const [, day = '', time = '00:00', zone = 'Z'] = iso.exec(text) ?? []
  const date = new Date(`${day}T${time}${zone}`)
  if (day === '' || Number.isNaN(date.getTime())) return null
  // Date rolls the 31st of February over into March; a typing error is no date.
  const midnight = new Date(`${day}T00:00Z`)
  return midnight.toISOString().startsWith(day) ? date : null
}
