import type pg from 'pg'

/** Time that the server has spent on statements whose text holds a mark, by its own count, ms. */
export async function serverTime(client: pg.Client, mark: string): Promise<number> {
  const { rows } = await client.query<{ ms: number }>(
    `select coalesce(sum(total_exec_time), 0) as ms from extensions.pg_stat_statements
    where position($1 in query) between 1 and 60`,
    [mark],
  )
  return rows[0]?.ms ?? 0
}
