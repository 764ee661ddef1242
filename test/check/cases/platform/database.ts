/** What a database does to itself: reads, rollbacks, deadlocks. */
import pg from 'pg'
import type { PlantedCase } from '../../planted-case.ts'
import { repeat } from '../statements/repeat.ts'

export const lowCacheHit: PlantedCase = {
  rule: 'low_cache_hit',
  server: { shared_buffers: '4MB' },
  async plant({ client }) {
    // More than a quarter of the buffers is read through a small ring, and so anew each time.
    await client.query(`
      create table public.low_cache_hit as
        select repeat('x', 1000) as body from generate_series(1, 16000) i`)
    return repeat(client, 'select count(*) from low_cache_hit', 80)
  },
  defects: ['postgres'],
  decoys: ['template1', 'low_cache_hit'],
}

export const manyRollbacks: PlantedCase = {
  rule: 'many_rollbacks',
  async plant({ client }) {
    return repeat(client, 'begin; rollback', 1500)
  },
  defects: ['postgres'],
  decoys: ['template1', 'many_rollbacks'],
}

export const deadlocks: PlantedCase = {
  rule: 'deadlocks',
  server: { deadlock_timeout: '10ms' },
  async plant({ database, client }) {
    await client.query(`create table public.deadlocks (id int primary key, n int);
      insert into public.deadlocks values (1, 0), (2, 0)`)
    const other = new pg.Client({ connectionString: database.url })
    await other.connect()
    const update = (by: pg.Client, id: number): Promise<unknown> =>
      by.query(`update public.deadlocks set n = n + 1 where id = ${id}`)
    for (let i = 0; i < 6; i++) {
      await Promise.all([client.query('begin'), other.query('begin')])
      await Promise.all([update(client, 1), update(other, 2)])
      const ends = await Promise.allSettled([update(client, 2), update(other, 1)])
      if (ends.every(({ status }) => status === 'fulfilled')) throw new Error('no deadlock')
      await Promise.all([client.query('rollback'), other.query('rollback')])
    }
    for (const one of [client, other]) await one.query('select pg_stat_force_next_flush()')
    await other.end()
    return undefined
  },
  defects: ['postgres'],
  decoys: ['template1', 'deadlocks'],
}
