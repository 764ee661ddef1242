import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ErrorCode, ScopeError } from '../errors.ts'
import { databaseError } from './database-error.ts'

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), code === '' ? {} : { code })
}

const where = { target: 'db.example.com:5432/postgres' }

describe('databaseError', () => {
  const cases: [code: string, message: string, expected: ErrorCode][] = [
    ['28P01', 'password authentication failed for user "x"', 'SCOPE_DB_AUTH'],
    ['28000', 'role "x" is not permitted to log in', 'SCOPE_DB_AUTH'],
    ['28000', 'no pg_hba.conf entry for host "1.2.3.4", SSL encryption', 'SCOPE_DB_AUTH'],
    ['28000', 'no pg_hba.conf entry for host "1.2.3.4", no encryption', 'SCOPE_DB_TLS'],
    ['XX000', 'Tenant or user not found', 'SCOPE_DB_AUTH'],
    ['08P01', 'no such user: x', 'SCOPE_DB_AUTH'],
    ['08P01', 'no such database: x', 'SCOPE_DB_NOT_FOUND'],
    ['08P01', 'SSL required', 'SCOPE_DB_TLS'],
    ['08P01', 'no more connections allowed (max_client_conn)', 'SCOPE_DB_BUSY'],
    ['3D000', 'database "x" does not exist', 'SCOPE_DB_NOT_FOUND'],
    ['53300', 'sorry, too many clients already', 'SCOPE_DB_BUSY'],
    ['55P03', 'canceling statement due to lock timeout', 'SCOPE_DB_BUSY'],
    ['57014', 'canceling statement due to statement timeout', 'SCOPE_DB_TIMEOUT'],
    ['57P03', 'the database system is starting up', 'SCOPE_DB_UNREACHABLE'],
    ['53100', 'could not extend file', 'SCOPE_DB_DISK_FULL'],
    ['25006', 'cannot execute INSERT in a read-only transaction', 'SCOPE_DB_READ_ONLY'],
    ['0A000', 'cannot set transaction read-write mode during recovery', 'SCOPE_DB_READ_ONLY'],
    ['42501', 'permission denied for schema x', 'SCOPE_DB_PRIVILEGE'],
    ['42703', 'column "x" does not exist', 'SCOPE_DB_FAILED'],
    ['', 'The server does not support SSL connections', 'SCOPE_DB_TLS'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', 'SCOPE_DB_TLS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate', 'SCOPE_DB_TLS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', "Hostname/IP doesn't match", 'SCOPE_DB_TLS'],
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND db.example.com', 'SCOPE_DB_UNREACHABLE'],
    ['ENETUNREACH', 'connect ENETUNREACH', 'SCOPE_DB_UNREACHABLE'],
    ['ECONNREFUSED', 'connect ECONNREFUSED 1.2.3.4:5432', 'SCOPE_DB_UNREACHABLE'],
    ['', 'Connection terminated unexpectedly', 'SCOPE_DB_UNREACHABLE'],
    ['', 'timeout expired', 'SCOPE_DB_UNREACHABLE'],
    ['', 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', 'SCOPE_DB_AUTH'],
    ['', 'something nobody has thought of', 'SCOPE_DB_FAILED'],
  ]
  for (const [code, message, expected] of cases) {
    it(`${code || 'no code'}, ${message}: ${expected}`, () => {
      const cause = failure(code, message)
      const error = databaseError(cause, where)
      assert.equal(error.code, expected)
      assert.equal(error.cause, cause)
      assert.equal(error.exitCode, 3)
      assert.notEqual(error.hint, '')
    })
  }

  it('keeps to the first line of the message', () => {
    const error = databaseError(failure('XX000', 'first\nsecond'))
    assert.equal(error.message, 'the database answered: first')
  })

  it('finds the reason inside a refusal on every address', () => {
    const refused = failure('ECONNREFUSED', 'connect ECONNREFUSED ::1:5432')
    const both = Object.assign(new AggregateError([refused]), { code: 'ECONNREFUSED' })
    assert.match(databaseError(both, where).message, /does not answer: connect ECONNREFUSED ::1/)
  })

  it('hands a ScopeError on', () => {
    const known = new ScopeError('SCOPE_USAGE', 'a', 'b')
    assert.equal(databaseError(known), known)
  })

  it('takes whatever was thrown', () => {
    for (const thrown of [undefined, null, 'text', 7, {}]) {
      assert.equal(databaseError(thrown).code, 'SCOPE_DB_FAILED')
    }
  })
})
