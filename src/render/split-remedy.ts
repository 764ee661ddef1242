/** A part of a remedy: a sentence or SQL. */
export interface RemedyPart {
  text: string
  isSql: boolean
}

const startsSql = /^(begin|set|alter|create|select|analyze|explain|grant|vacuum)\b[^.]*;/

/** Splits a remedy at its empty lines into sentences and SQL to paste. */
export function splitRemedy(remedy: string): RemedyPart[] {
  return remedy
    .split(/\n{2,}/)
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => ({ text, isSql: startsSql.test(text) }))
}
