/** The `Prefer` header. https://docs.postgrest.org/en/stable/references/api/preferences.html */
export interface Preferences {
  representation: 'full' | 'headers' | 'none' | undefined
  resolution: 'merge' | 'ignore' | undefined
  count: 'exact' | 'planned' | 'estimated' | undefined
  missingAsDefault: boolean
}

const representations = {
  representation: 'full',
  'headers-only': 'headers',
  minimal: 'none',
} as const
const resolutions = { 'merge-duplicates': 'merge', 'ignore-duplicates': 'ignore' } as const
const counts = { exact: 'exact', planned: 'planned', estimated: 'estimated' } as const

/** Reads the header; as with PostgREST's lenient handling, what is not known is ignored. */
export function readPreferences(header: string): Preferences {
  const given = new Map<string, string>()
  for (const part of header.split(',')) {
    const [key = '', text = ''] = part.split('=', 2).map((word) => word.trim())
    if (!given.has(key)) given.set(key, text)
  }
  return {
    representation: pick(representations, given.get('return')),
    resolution: pick(resolutions, given.get('resolution')),
    count: pick(counts, given.get('count')),
    missingAsDefault: given.get('missing') === 'default',
  }
}

function pick<T>(known: Readonly<Record<string, T>>, key: string | undefined): T | undefined {
  return key !== undefined && Object.hasOwn(known, key) ? known[key] : undefined
}

/** `Preference-Applied`: those that had an effect, in PostgREST's order. */
export function appliedPreferences(preferences: Partial<Preferences>): string {
  const { resolution, missingAsDefault, representation, count } = preferences
  const applied = [
    resolution && `resolution=${resolution}-duplicates`,
    missingAsDefault && 'missing=default',
    representation && `return=${nameOf(representation)}`,
    count && `count=${count}`,
  ]
  return applied.filter((text) => text).join(', ')
}

function nameOf(representation: 'full' | 'headers' | 'none'): string {
  const found = Object.entries(representations).find(([, value]) => value === representation)
  return found?.[0] ?? ''
}
