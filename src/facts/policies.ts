import type { SyntaxTree } from '../syntax/index.ts'

/** A row level security policy. */
export interface PolicyFacts {
  oid: number
  tableOid: number
  schema: string
  table: string
  name: string
  command: 'all' | 'select' | 'insert' | 'update' | 'delete'
  permissive: boolean
  /** Names of roles; none for a policy without a TO clause, which is for all of them. */
  roles: readonly string[]
  /** What a row that is there must meet to be seen, changed or deleted. */
  using: PolicyExpression | null
  /** What a row that is written must meet. */
  check: PolicyExpression | null
  /** oids of the functions that it calls, without those of pg_catalog. */
  functions: readonly number[]
}

/** A condition as the server prints it: every name is qualified that is not in pg_catalog. */
export interface PolicyExpression {
  text: string
  /** Null for what the parser refused. */
  tree: SyntaxTree | null
}
