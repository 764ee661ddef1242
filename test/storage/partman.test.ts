/** A table that the project has handed to pg_partman is left alone, and taken back when it is given back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { testDatabase, unavailable } from '../database.ts'

const skip = await unavailable('trixie17')

const parent = 'supascope.performance_logs'

test('partitions that pg_partman manages are left to it', { skip }, async () => {
  const { adminUrl } = await testDatabase({ version: 'trixie17', migrated: true })
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  const value = async (query: string): Promise<unknown> =>
    Object.values((await client.query(query)).rows[0] ?? {})[0]
  const partitions = async (): Promise<string[]> => {
    const { rows } = await client.query(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass order by 1`,
      [parent],
    )
    return rows.map(({ name }) => name)
  }
  try {
    await client.query('select supascope.make_partitions()')
    await client.query(
      `select supascope.ensure_partitions('performance_logs', current_date - 30, current_date - 30)`,
    )
    const ours = await partitions()
    await client.query('create schema partman')
    await client.query('create extension pg_partman schema partman')
    // It begins where ours end, and has days to make each time.
    await client.query(`select partman.create_parent('${parent}', 'ts', '1 day',
      p_premake := 10, p_default_table := false, p_start_partition := (current_date + 4)::text)`)
    const handedOver = await partitions()
    const added = handedOver.filter((name) => !ours.includes(name))
    assert.ok(added.length > 0, 'pg_partman made partitions of its own')

    assert.equal(await value(`select supascope.is_managed_by_partman('performance_logs')`), true)
    assert.equal(await value(`select supascope.is_managed_by_partman('web_vitals')`), false)
    await client.query('select supascope.make_partitions(30)')
    await client.query('update supascope.settings set performance_logs_days = 3')
    await client.query('select supascope.retain()')
    assert.deepEqual(await partitions(), handedOver, 'neither made nor dropped')
    await client.query(`select partman.run_maintenance('${parent}')`)

    await client.query(`delete from partman.part_config where parent_table = '${parent}'`)
    assert.equal(await value(`select supascope.is_managed_by_partman('performance_logs')`), false)
    await client.query(
      `select supascope.ensure_partitions('performance_logs', current_date + 60, current_date + 60)`,
    )
    await client.query('select supascope.retain()')
    const after = await partitions()
    const gone = handedOver.filter((name) => !after.includes(name))
    const made = after.filter((name) => !handedOver.includes(name))
    assert.deepEqual([gone.length, made.length], [1, 1], 'made and dropped again')
  } finally {
    await client.end()
  }
})
