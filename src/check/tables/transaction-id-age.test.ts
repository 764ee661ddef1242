import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DatabaseAge, HorizonHolder } from '../../facts/index.ts'
import { transactionIdAge } from './transaction-id-age.ts'

const context = { now: '2026-11-23T00:00:00.000Z', statisticsMinutes: null }

function judge(databaseAges: DatabaseAge[], horizon: HorizonHolder[] = []): string[] {
  const { findings } = transactionIdAge.judge({ databaseAges, tables: [], horizon }, context)
  return findings.map(({ level, cacheKey, remediation }) => {
    return `${level} ${cacheKey} ${remediation.split('\n')[0]}`
  })
}

test('a database is old by its ids or by its multixacts, from a billion on', () => {
  const age = (name: string, xidAge: number, mxidAge: number): DatabaseAge => {
    return { name, current: false, xidAge, mxidAge }
  }
  assert.deepEqual(
    judge([
      age('fine', 999_999_999, 5),
      age('old', 1_000_000_000, 5),
      age('multixacts', 5, 1_000_000_000),
      age('late', 1_800_000_000, 5),
    ]),
    [
      'WARN transaction_id_age:old -- Connected to old:',
      'WARN transaction_id_age:multixacts -- Connected to multixacts:',
      'ERROR transaction_id_age:late -- Connected to late:',
    ],
  )
})

test('what holds it back comes first', () => {
  const holder: HorizonHolder = {
    kind: 'slot',
    name: 'left',
    age: 1_500_000_000,
    catalogOnly: false,
    role: null,
    application: null,
    state: 'inactive',
    since: null,
  }
  const age = { name: 'old', current: true, xidAge: 1_500_000_000, mxidAge: 5 }
  const [found] = judge([age], [holder])
  assert.match(found ?? '', /First end what keeps the dead rows: replication slot "left"/)
})
