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

/** Who says what of what: `auth_rls_initplan public.notes.own`, with its level. */
export type Said = ReadonlyMap<string, string>

/** What the advisors say, by lint and object, but for some lints. */
export function theirs(rows: readonly Advice[], without: ReadonlySet<string>): Said {
  return new Map(
    rows
      .filter(({ name }) => !without.has(name))
      .map((row) => [`${row.name} ${objectOf(row)}`, row.level]),
  )
}

/** What our rules say, each for itself, by the advisors' names. */
export function ours(facts: SeenFacts, context: CheckContext): Said {
  const findings = rules
    .filter(({ needs }) => needs.every((need) => facts.seen[need] !== undefined))
    .flatMap((rule) => rule.judge(facts.seen, context).findings)
    .filter(({ metadata }) => typeof metadata.advisor === 'string')
  return new Map(findings.map((one) => [`${one.metadata.advisor} ${subjectOf(one)}`, one.level]))
}

/** Where one says what the other does not, or says it at another level. */
export function differences(advisors: Said, supascope: Said): string[] {
  const all = new Set([...advisors.keys(), ...supascope.keys()])
  return [...all]
    .map((what) => [what, advisors.get(what) ?? '–', supascope.get(what) ?? '–'] as const)
    .filter(([, a, b]) => a !== b)
    .map((row) => row.join(' | '))
    .toSorted()
}

function objectOf({ name, detail, metadata }: Advice): string {
  const { schema, name: object, column, foreign_key: key, policy_name: policy } = metadata
  const quoted = Array.from(detail.matchAll(/`([^`]*)`/g), ([, text]) => text)
  if (name.startsWith('extension_')) return quoted[0] ?? ''
  const command = name === 'multiple_permissive_policies' ? quoted[2]?.toLowerCase() : undefined
  const named = ['auth_rls_initplan', 'rls_references_user_metadata'].includes(name)
  const part = column ?? key ?? policy ?? command ?? (named ? quoted[1] : undefined)
  return [schema, object, part].filter((one) => one !== undefined).join('.')
}

function subjectOf({ metadata }: Finding): string {
  const { type, schema, table, name } = metadata
  if (type === 'extension') return String(name)
  const plain = String(name).replace(/\(.*\)$/, '')
  return [schema, table, plain].filter((one) => one !== undefined).join('.')
}
