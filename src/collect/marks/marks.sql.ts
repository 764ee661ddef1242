import { sql } from 'kysely'
import type { Trx } from '../../db/index.ts'
import type { Mark } from './marks.ts'

const mostKept = 1_000

interface Row {
  name: string
  at: Date
  made_by: string | null
}

export async function insertMark(
  trx: Trx,
  { name, at, by }: { name: string; at: Date | null; by: string | null },
): Promise<Mark & { made: boolean }> {
  const { rows } = await sql<Row & { made: boolean }>`
    with /* supascope */ given as (
      select date_trunc('milliseconds', coalesce(${at}::timestamptz, clock_timestamp())) as at
    ), made as (
      insert into supascope.marks (at, name, made_by)
      select given.at, ${name}, ${by} from given
      on conflict do nothing
      returning at
    )
    select given.at, ${name}::text as name, ${by}::text as made_by,
      exists (select from made) as made
    from given`.execute(trx)
  const [row] = rows
  return { ...markOf(row ?? { name, at: at ?? new Date(), made_by: by }), made: row?.made ?? false }
}

export async function pruneMarks(trx: Trx): Promise<void> {
  await sql`
    delete /* supascope */ from supascope.marks
    where id in (
      select id from supascope.marks order by at desc, id desc offset ${mostKept})`.execute(trx)
}

function markOf({ name, at, made_by: by }: Row): Mark {
  return { name, at: at.toISOString(), by }
}
