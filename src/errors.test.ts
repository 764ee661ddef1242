import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { it } from 'node:test'
import { errorCodes } from './errors.ts'

it('docs/errors.md has every code with its exit status, its meaning and its remedy', async () => {
  const page = await readFile(new URL('../docs/errors.md', import.meta.url), 'utf8')
  const rows = page.matchAll(/^\| `(SCOPE_\w+)` \| (\d) \| (\S.*) \| (\S.*) \|$/gm)
  const documented = [...rows].map(([, code, status]) => [code, Number(status)])
  assert.deepEqual(Object.fromEntries(documented), { ...errorCodes })
  assert.equal(documented.length, Object.keys(errorCodes).length)
})
