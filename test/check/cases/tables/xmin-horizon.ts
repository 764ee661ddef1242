import pg from 'pg'
import type { PlantedCase, Planting } from '../../planted-case.ts'

/** The quickest way to use up a million ids: transactions that take one and do nothing. */
const passMillion = `do $$
  begin
    for n in 1..1000100 loop
      perform pg_current_xact_id();
      rollback;
    end loop;
  end $$`

export const xminHorizon: PlantedCase = {
  rule: 'xmin_horizon',
  async plant(planting) {
    const { client } = planting
    const old = await openSnapshot(planting, 'xmin_horizon_old')
    await client.query(passMillion)
    const young = await openSnapshot(planting, 'xmin_horizon_young')
    return async () => {
      await old.end()
      await young.end()
    }
  },
  defects: ['postgres/xmin_horizon_old'],
  decoys: ['postgres/xmin_horizon_young'],
}

async function openSnapshot({ database }: Planting, name: string): Promise<pg.Client> {
  const session = new pg.Client({ connectionString: database.url, application_name: name })
  await session.connect()
  await session.query('begin isolation level repeatable read read only; select 1')
  return session
}
