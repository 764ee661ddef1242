import type { RelationRight, TableFacts } from '../../facts/index.ts'
import type { FindingLevel } from '../../finding.ts'
import { quoteName } from '../../quote.ts'

/** What can be read and written past missing row level security. */
export function openness(rights: readonly RelationRight[]): {
  level: FindingLevel
  /** `anon, authenticated may select, insert` */
  words: string
} {
  const may = (['select', 'insert', 'update', 'delete'] as const).filter((command) =>
    rights.some((right) => right[command]),
  )
  const roles = [...new Set(rights.map(({ role }) => role))].sort().join(', ')
  // What anyone may read and nobody write may be meant to be public.
  const level = may.some((command) => command !== 'select') ? 'ERROR' : 'WARN'
  return { level, words: `${roles} may ${may.join(', ')}` }
}

export function enableRls({ schema, name }: TableFacts): string {
  return `-- From then on nobody but its owner reads or writes a row, but by a policy: make these first.\nalter table ${quoteName(schema, name)} enable row level security;`
}

/** Tables that row level security can be switched on for. */
export function canHaveRls({ kind }: TableFacts): boolean {
  return kind === 'table' || kind === 'partitioned'
}
