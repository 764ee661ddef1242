import type pg from 'pg'

/** Runs a statement many times, a few round trips in all; each counts for itself. */
export async function repeat(
  client: pg.Client,
  statement: string,
  times: number,
): Promise<undefined> {
  for (let left = times; left > 0; left -= 200) {
    await client.query(Array(Math.min(200, left)).fill(statement).join(';'))
  }
  return undefined
}
