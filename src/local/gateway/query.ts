/** What a request asks for, as its query string says it: names are not yet known to exist. */
export interface Query {
  select: SelectItem[]
  where: Condition[]
  order: OrderTerm[]
  limit: number | undefined
  offset: number
  /** Conditions, order and limits of embedded resources, by the name of the embedding. */
  embedded: Map<string, Query>
}

export interface Field {
  name: string
  /** Steps into a JSON column: `->` gives JSON, `->>` text. */
  path: { arrow: '->' | '->>'; key: string }[]
}

export type SelectItem =
  | { kind: 'all' }
  | { kind: 'column'; field: Field; alias: string | undefined; cast: string | undefined }
  | Embed

export interface Embed {
  kind: 'embed'
  relation: string
  alias: string | undefined
  /** A foreign key or column that says which of several relationships is meant. */
  hint: string | undefined
  inner: boolean
  select: SelectItem[]
}

export type Condition =
  | { kind: 'and' | 'or'; not: boolean; conditions: Condition[] }
  | { kind: 'compare'; field: Field; not: boolean; operator: string; value: string }
  | { kind: 'is'; field: Field; not: boolean; value: string }
  | { kind: 'in'; field: Field; not: boolean; values: string[] }
  | {
      kind: 'search'
      field: Field
      not: boolean
      operator: string
      language: string | undefined
      value: string
    }

export interface OrderTerm {
  field: Field
  direction: 'ASC' | 'DESC' | undefined
  nulls: 'NULLS FIRST' | 'NULLS LAST' | undefined
}

export function emptyQuery(): Query {
  return { select: [], where: [], order: [], limit: undefined, offset: 0, embedded: new Map() }
}
