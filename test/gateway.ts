import { readFile } from 'node:fs/promises'
import { after } from 'node:test'
import pg from 'pg'
import {
  type Gateway,
  type GatewayOptions,
  signToken,
  startGateway,
} from '../src/local/gateway/index.ts'
import { type TestDatabase, testDatabase } from './database.ts'

export const jwtSecret = 'a secret of the tests of the gateway, long enough'
/** The user of `as: 'user'`. */
export const userId = '00000000-0000-0000-0000-000000000001'

export interface TestRequest {
  /** @defaultValue 'anon' */
  as?: 'anon' | 'user' | 'service_role'
  method?: string
  headers?: Record<string, string>
  body?: string | undefined
  signal?: AbortSignal
}

export interface TestGateway extends Gateway {
  database: TestDatabase
  keys: Pick<GatewayOptions, 'anonKey' | 'serviceRoleKey' | 'jwtSecret'>
  /** Sends a request with the API key and, for users, their token. */
  request(path: string, options?: TestRequest): Promise<Response>
}

/** A gateway before a database with the tables of its recorded cases; it ends with the tests. */
export async function testGateway(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  const database = await testDatabase()
  const client = new pg.Client(database.url)
  await client.connect()
  await client.query(
    await readFile(new URL('../src/local/gateway/cases/fixture.sql', import.meta.url), 'utf8'),
  )
  await client.end()
  const exp = Math.floor(Date.now() / 1000) + 3600
  const keys = {
    anonKey: signToken({ role: 'anon', exp }, jwtSecret),
    serviceRoleKey: signToken({ role: 'service_role', exp }, jwtSecret),
    jwtSecret,
  }
  const userToken = signToken({ role: 'authenticated', sub: userId, exp }, jwtSecret)
  const databaseUrl = database.roleUrl('authenticator')
  const gateway = await startGateway({ ...keys, databaseUrl, ...options })
  after(() => gateway.stop())
  return {
    ...gateway,
    database,
    keys,
    request(path, { as = 'anon', headers = {}, method = 'GET', body, signal } = {}) {
      const apikey = as === 'service_role' ? keys.serviceRoleKey : keys.anonKey
      const bearer = as === 'user' ? userToken : apikey
      return fetch(`${gateway.url}/rest/v1${path}`, {
        method,
        headers: {
          apikey,
          authorization: `Bearer ${bearer}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      })
    },
  }
}
