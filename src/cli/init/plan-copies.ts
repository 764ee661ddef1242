import type { Migration } from '../../db/index.ts'

/** A migration as it lies in somebody's `supabase/migrations`. */
export interface ProjectFile {
  file: string
  sql: string
}

/** A shipped migration under the name that it gets there. */
export interface Copy {
  file: string
  sql: string
}

/**
 * Which of the shipped migrations a project lacks, under stamps of its own: the Supabase CLI applies
 * files by stamp and refuses one that is older than what it has applied.
 *
 * A copy is known by what it says in the ledger, or what it creates, whatever its file is called.
 *
 * @param wanted - In the order in which they must be applied.
 */
export function planCopies(
  wanted: readonly Migration[],
  present: readonly ProjectFile[],
  now: Date,
): Copy[] {
  const missing = wanted.filter(({ name }) => !present.some(({ sql }) => isCopy(sql, name)))
  const stamps = present.flatMap(({ file }) => /^\d{14}(?=_)/.exec(file)?.[0] ?? [])
  const newest = stamps.sort().at(-1)
  const first = Math.max(now.getTime(), newest === undefined ? 0 : timeOf(newest) + 1000)
  return missing.map(({ name, sql }, i) => {
    return { file: `${stampOf(new Date(first + i * 1000))}_${plainName(name)}.sql`, sql }
  })
}

/** All of ours name themselves in quotes: ledgered ones in their claim, others in a comment. */
function isCopy(sql: string, name: string): boolean {
  return sql.includes(`'${name}'`)
}

/** `20261101000000_supascope_schema` → `supascope_schema`, `…_events` → `supascope_events` */
function plainName(name: string): string {
  const plain = name.replace(/^\d{14}_/, '')
  return plain.startsWith('supascope_') ? plain : `supascope_${plain}`
}

/** Also of a stamp that is no time, as long as it has 14 digits: the result is never smaller. */
function timeOf(stamp: string): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = [
    stamp.slice(0, 4),
    ...(stamp.slice(4).match(/../g) ?? []),
  ].map(Number)
  return Date.UTC(year, Math.max(month, 1) - 1, Math.max(day, 1), hour, minute, second)
}

function stampOf(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll(/\D/g, '')
}
