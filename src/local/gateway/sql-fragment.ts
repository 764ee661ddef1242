import pg from 'pg'

/** A value bound to a statement. Without a type the server infers it, as for PostgREST's. */
export interface Parameter {
  value: string | null
  /** Oid of the type, where it can't be inferred. */
  type?: number
}

/** A piece of SQL: text and parameters, numbered only when the whole is rendered. */
export type Fragment = readonly (string | Parameter)[]

export interface Rendered {
  text: string
  values: (string | null)[]
  /** Oids in the order of `values`, 0 where the server infers. */
  types: number[]
}

/** Composes fragments: strings in the template are SQL, whatever is interpolated is a fragment. */
export function sql(strings: TemplateStringsArray, ...inner: readonly Fragment[]): Fragment {
  return strings.flatMap((text, i) => [text, ...(inner[i] ?? [])])
}

export const empty: Fragment = []

/** SQL that is not from outside. */
export function raw(text: string): Fragment {
  return [text]
}

/** A quoted name; names may come from outside, NUL can't be in one. */
export function name(...parts: string[]): Fragment {
  return [parts.map((part) => pg.escapeIdentifier(part.replace(/\0.*/s, ''))).join('.')]
}

export function value(text: string | null, type?: number): Fragment {
  return [type === undefined ? { value: text } : { value: text, type }]
}

export function join(fragments: readonly Fragment[], separator: string): Fragment {
  return fragments.flatMap((fragment, i) => (i === 0 ? fragment : [separator, ...fragment]))
}

export function render(fragment: Fragment): Rendered {
  const values: (string | null)[] = []
  const types: number[] = []
  const text = fragment
    .map((part) => {
      if (typeof part === 'string') return part
      values.push(part.value)
      types.push(part.type ?? 0)
      return `$${values.length}`
    })
    .join('')
  return { text, values, types }
}
