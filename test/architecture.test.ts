import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { sources, violations } from './architecture/violations.ts'

const root = join(import.meta.dirname, '..')

test('the import law holds', () => {
  assert.ok(sources(root).includes('src/db/connect.ts'), 'the sources are found')
  assert.deepEqual(violations(root), [])
})

/** What each planted line must be accused of; an empty string for what the law permits. */
const planted: [file: string, line: string, accusation: string][] = [
  ['src/analyze/a.ts', `import '../db/index.ts'`, 'analyze may not import db: src/db/index.ts'],
  ['src/analyze/a.ts', `export * from '../cli/main.ts'`, 'nobody may import cli: src/cli/main.ts'],
  [
    'src/check/a.ts',
    `import type { A } from '../collect/a.ts'`,
    'check may not import collect: src/collect/a.ts',
  ],
  ['src/check/a.ts', `import { a } from '../analyze/index.ts'`, ''],
  [
    'src/collect/a.ts',
    `const a = await import('../render/a.ts')`,
    'collect may not import render: src/render/a.ts',
  ],
  ['src/collect/a.ts', `import { a } from '../analyze/index.ts'`, ''],
  [
    'src/collect/a.ts',
    `type A = import('../deliver/a.ts').A`,
    'collect may not import deliver: src/deliver/a.ts',
  ],
  ['src/report.ts', `import './config.ts'`, 'report may not import config: src/config.ts'],
  [
    'src/render/a.ts',
    `import { join } from 'node:path'`,
    'render may not import the package node:path',
  ],
  ['src/capacity/a.ts', `import pg from 'pg'`, 'capacity may not import the package pg'],
  ['src/render/a.ts', `// import 'node:fs'`, ''],
  ['src/analyze/a.ts', 'const now = Date.now()', 'analyze is pure: Date.now'],
  ['src/analyze/a.ts', 'const now = new Date()', 'analyze is pure: new Date()'],
  ['src/analyze/a.ts', 'const then = new Date(0)', ''],
  ['src/check/a.ts', 'const chance = Math.random()', 'check is pure: Math.random'],
  ['src/render/a.ts', `const home = process.env['HOME']`, 'render is pure: process.env'],
  ['src/render/a.ts', `await fetch('http://a')`, 'render is pure: fetch()'],
  ['src/analyze/a.test.ts', `import '../db/index.ts'; const now = Date.now()`, ''],
  ['src/analyze/a.test.ts', `import '../cli/main.ts'`, 'nobody may import cli: src/cli/main.ts'],
  ['src/config.test.ts', `import './db/index.ts'`, ''],
  ['src/cli/a.ts', `import './commands/a.ts'; import '../render/a.ts'`, ''],
  ['src/drawer/a.ts', 'export const a = 1', 'belongs to no room of the law'],
  [
    'src/local/a.ts',
    `import '../../tools/a.ts'`,
    'local may not import from outside the rooms: tools/a.ts',
  ],
  ['client-sdk/src/a.ts', `import { onLCP } from 'web-vitals/attribution'`, ''],
  ['client-sdk/src/a.ts', `import { z } from 'zod'`, 'client may not import the package zod'],
  ['edge-functions/src/a.ts', `import '../../client-sdk/src/wire.ts'`, ''],
  ['edge-functions/src/a.ts', `import '../../client-sdk/src/sketch.ts'`, ''],
  ['client-sdk/src/a.ts', `import './sketch.ts'; import './wire-parser.ts'`, ''],
  [
    'client-sdk/src/wire-parser.ts',
    `import 'web-vitals'`,
    'wire may not import the package web-vitals',
  ],
  [
    'client-sdk/src/sketch.ts',
    `import './a.ts'`,
    'sketch may not import client: client-sdk/src/a.ts',
  ],
  ['client-sdk/test/a.ts', `import 'node:fs'; import fc from 'fast-check'`, ''],
  ['client-sdk/src/sketch.ts', 'const now = Date.now()', 'sketch is pure: Date.now'],
  [
    'edge-functions/src/a.ts',
    `import '../../client-sdk/src/a.ts'`,
    'edge may not import client: client-sdk/src/a.ts',
  ],
  [
    'dashboard/src/a.tsx',
    `import '../../src/db/index.ts'`,
    'dashboard may not import db: src/db/index.ts',
  ],
  ['tools/a.ts', `import '../src/cli/main.ts'`, 'nobody may import cli: src/cli/main.ts'],
  ['bench/a.ts', `import '../src/collect/index.ts'`, ''],
]

for (const [file, line, accusation] of planted) {
  test(`${accusation === '' ? 'permits' : 'finds'} ${line} in ${file}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'supascope-law-'))
    try {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), line)
      const expected = accusation === '' ? [] : [`${file}: ${accusation}`]
      assert.deepEqual(violations(folder), expected)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}
