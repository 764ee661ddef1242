import pg from 'pg'
import type { PlantedCase } from '../../planted-case.ts'
import { repeat } from './repeat.ts'

/** Eight joins in any order: much to choose from. */
function joined(table: string, more = ''): string {
  const joins = ['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((one) => `join ${table} ${one} using (id)`)
  return `select count(*) ${more} from ${table} a ${joins.join(' ')} where id = 1`
}

export const planBoundStatement: PlantedCase = {
  rule: 'plan_bound_statement',
  async plant({ database, client }) {
    const admin = new pg.Client({ connectionString: database.adminUrl })
    await admin.connect()
    await admin.query(`alter database ${database.name} set pg_stat_statements.track_planning = on`)
    await admin.end()
    for (const table of ['bad', 'simple', 'busy']) {
      await client.query(`create table public.plan_bound_statement_${table} (id int primary key);
        insert into public.plan_bound_statement_${table} values (1)`)
    }
    const counted = new pg.Client({ connectionString: database.url })
    await counted.connect()
    await repeat(counted, joined('plan_bound_statement_bad'), 40)
    // Planning takes longer than running here as well: both are next to nothing.
    await repeat(counted, 'select * from plan_bound_statement_simple where id = 1', 400)
    await repeat(counted, joined('plan_bound_statement_busy', ', min(pg_sleep(0.15)::text)'), 5)
    await counted.end()
    return undefined
  },
  defects: ['select plan_bound_statement_bad'],
  decoys: ['select plan_bound_statement_simple', 'select plan_bound_statement_busy'],
}
