/**
 * Postgres' own grammar, as data: SQL, expressions and PL/pgSQL parsed into trees, a walk over
 * them, and fingerprints. Pure: the same text always gives the same tree, and none throws.
 */
export { fingerprint } from './fingerprint.ts'
export { type ParsedPlpgsql, type PlpgsqlNode, parsePlpgsql } from './parse-plpgsql.ts'
export { type ParsedSql, type ParsedStatement, parseExpression, parseSql } from './parse-sql.ts'
export type { InnerStatement } from './routine/inner-statement.ts'
export { readBody } from './routine/read-body.ts'
export type { BodyStatement, ReadBody, RoutineBody, RoutineSource } from './routine/routine-body.ts'
export { type SourceSpan, spanOfCall } from './source-span.ts'
export {
  around,
  type NodeName,
  type NodeTypes,
  type Place,
  type SyntaxTree,
  type Visitor,
  walk,
} from './walk.ts'
