import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { type TestDatabase, testDatabase } from './database.ts'
import { supascope } from './supascope.ts'

const controlSequence = '\u001b['

describe('colours', () => {
  let database: TestDatabase
  before(async () => {
    database = await testDatabase()
  })
  const colored = async (args: string[], env: Record<string, string>): Promise<boolean> => {
    const run = await supascope(['doctor', '--db-url', database.url, ...args], { env })
    assert.equal(run.status, 0)
    assert.equal(run.stderr, '')
    return run.stdout.includes(controlSequence)
  }

  it('are not for pipes, unless forced', async () => {
    assert.equal(await colored([], {}), false)
    assert.equal(await colored([], { FORCE_COLOR: '1' }), true)
    assert.equal(await colored([], { FORCE_COLOR: '0' }), false)
  })

  it('are off where the command line says so, whatever the environment says', async () => {
    assert.equal(await colored(['--no-color'], { FORCE_COLOR: '1' }), false)
  })

  it('never reach a file or JSON', async () => {
    assert.equal(await colored(['--format', 'json'], { FORCE_COLOR: '1' }), false)
    const run = await supascope(['doctor', '--db-url', database.url, '--output', '/dev/stderr'], {
      env: { FORCE_COLOR: '1' },
    })
    assert.equal(run.stderr.includes(controlSequence), false)
  })
})
