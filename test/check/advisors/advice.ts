import type { CheckContext } from '../../../src/check/index.ts'
import { rules } from '../../../src/check/index.ts'
import type { SeenFacts } from '../../../src/facts/index.ts'
import type { Finding } from '../../../src/finding.ts'

/** A row of `supabase db advisors`. */
export interface Advice {
  name: string
  level: string
  detail: string
  metadata: Record<string, unknown>
}

/** What one of both says of an object, with its level. */
interface Saying {
  lint: string
  object: string
  level: string
}

/** A row in which both differ; a dash where one says nothing. */
export interface Difference {
  lint: string
  object: string
  advisors: string
  supascope: string
}

/**
 * What the advisors say. Of indexes that are alike they name all in one row: here it is one row for
 * each that can go.
 *
 * @param kept - Indexes that we say to keep, as they are named here
 */
export function theirs(rows: readonly Advice[], kept: ReadonlySet<string>): Saying[] {
  return rows.flatMap((row) => {
    const { name: lint, level } = row
    if (lint !== 'duplicate_index') return { lint, object: objectOf(row), level }
    const alike = indexesOf(row)
    const keeper = alike.find((one) => kept.has(one)) ?? alike[0]
    return alike.filter((one) => one !== keeper).map((object) => ({ lint, object, level }))
  })
}

/** What our rules say, each for itself, by the advisors' names; and the indexes that stay. */
export function ours(
  facts: SeenFacts,
  context: CheckContext,
): { said: Saying[]; kept: ReadonlySet<string> } {
  const findings = rules
    .filter(({ needs }) => needs.every((need) => facts.seen[need] !== undefined))
    .flatMap((rule) => rule.judge(facts.seen, context).findings)
    .filter(({ metadata }) => typeof metadata.advisor === 'string')
  const kept = findings.flatMap(({ metadata: { schema, table, kept } }) =>
    typeof kept === 'string' ? [[schema, table, kept].join('.')] : [],
  )
  const said = findings.map((one) => ({
    lint: String(one.metadata.advisor),
    object: subjectOf(one),
    level: one.level,
  }))
  return { said, kept: new Set(kept) }
}

/** Where one says what the other does not, or says it at another level. */
export function differences(
  advisors: readonly Saying[],
  supascope: readonly Saying[],
): Difference[] {
  const all = new Map<string, Difference>()
  for (const [who, said] of [['advisors', advisors] as const, ['supascope', supascope] as const]) {
    for (const { lint, object, level } of said) {
      const none = { lint, object, advisors: '–', supascope: '–' }
      const row = all.get(`${lint} ${object}`) ?? none
      all.set(`${lint} ${object}`, { ...row, [who]: level })
    }
  }
  return [...all.values()].filter((row) => row.advisors !== row.supascope)
}

function objectOf({ name, detail, metadata }: Advice): string {
  const { schema, name: object, column, foreign_key, fkey_name, policy_name } = metadata
  const quoted = Array.from(detail.matchAll(/`([^`]*)`/g), ([, text]) => text)
  if (name.startsWith('extension_')) return quoted[0] ?? ''
  if (name === 'unused_index') return [schema, object, quoted[0]].join('.')
  const command = name === 'multiple_permissive_policies' ? quoted[2]?.toLowerCase() : undefined
  const named = ['auth_rls_initplan', 'rls_references_user_metadata'].includes(name)
  const part =
    column ?? foreign_key ?? fkey_name ?? policy_name ?? command ?? (named ? quoted[1] : undefined)
  return [schema, object, part].filter((one) => one !== undefined).join('.')
}

function indexesOf({ metadata: { schema, name, indexes } }: Advice): string[] {
  const alike: unknown[] = Array.isArray(indexes) ? indexes : []
  return alike.map((index) => [schema, name, index].join('.'))
}

function subjectOf({ metadata }: Finding): string {
  const { type, schema, table, name } = metadata
  if (type === 'extension') return String(name)
  const plain = String(name).replace(/\(.*\)$/, '')
  return [schema, table, plain].filter((one) => one !== undefined).join('.')
}
