import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { testDatabase } from '../../test/database.ts'
import { connect, readWrite } from '../db/index.ts'

describe('the tables', () => {
  it('are closed to the roles of the API', async () => {
    const database = await testDatabase({ migrated: true })
    const connection = await connect({ url: database.url })
    for (const role of ['anon', 'authenticated']) {
      for (const statement of [
        'select * from supascope.job_runs',
        'select * from supascope.last_runs()',
        'select supascope.forget_runs()',
      ]) {
        await assert.rejects(
          readWrite(connection.db, async (trx) => {
            await sql`select set_config('role', ${role}, true)`.execute(trx)
            await sql.raw(statement).execute(trx)
          }),
          { code: 'SCOPE_DB_PRIVILEGE' },
        )
      }
    }
    await connection.close()
  })
})
