/**
 * Holds the double to recorded cases. They are written down from PostgREST's documentation and its
 * own specification (the `source` of each file says which section), because PostgREST itself can't
 * be brought to the machines that run these tests.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { testGateway } from '../../../test/gateway.ts'

interface Case {
  name: string
  /** @defaultValue 'anon' */
  as?: 'anon' | 'user' | 'service_role'
  request: {
    method: string
    path: string
    headers?: Record<string, string>
    body?: unknown
    rawBody?: string
  }
  response: { status: number; headers?: Record<string, string>; body?: unknown }
  /** Where PostgREST's words are not what matters: members that the body must have. */
  bodyPart?: Record<string, unknown>
}

const folder = new URL('cases/', import.meta.url)

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const { cases }: { cases: Case[] } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
  suite(file, async () => {
    const gateway = await testGateway()
    for (const one of cases) {
      test(one.name, async () => {
        const { request, response } = one
        const answer = await gateway.request(request.path, {
          as: one.as ?? 'anon',
          method: request.method,
          headers: request.headers ?? {},
          body:
            request.rawBody ??
            (request.body === undefined ? undefined : JSON.stringify(request.body)),
        })
        const text = await answer.text()
        assert.equal(answer.status, response.status, text)
        for (const [name, value] of Object.entries(response.headers ?? {})) {
          assert.equal(answer.headers.get(name), value, name)
        }
        if (response.body !== undefined) {
          assert.deepEqual(text === '' ? '' : JSON.parse(text), response.body)
        }
        if (one.bodyPart !== undefined) {
          assert.partialDeepStrictEqual(JSON.parse(text), one.bodyPart)
        }
      })
    }
  })
}
