/** A part of a remedy: a sentence or SQL. */
export interface RemedyPart {
  text: string
  isSql: boolean
}

/** SQL as we write it, or as the server prints it: a sentence begins with one capital letter. */
const startsSql =
  /^(--.*\n)*(begin|set|alter|analyze|call|comment|create|delete|do|drop|explain|grant|insert|reindex|revoke|select|update|vacuum|with|ALTER|CREATE|DROP)\b[\s\S]*;/

/** Steps that can't be written out, as comments. */
const onlyComments = /^--.*(\n--.*)*$/

/** Splits a remedy at its empty lines into sentences and SQL to paste. */
export function splitRemedy(remedy: string): RemedyPart[] {
  return remedy
    .split(/\n{2,}/)
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => ({ text, isSql: startsSql.test(text) || onlyComments.test(text) }))
}
