/** The README's commands, as written and in its order, with the package as users install it. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { testDatabase } from './database.ts'
import { type InstalledPackage, installPackage } from './installed-package.ts'

const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)

/** Blocks that other tests run, since they need a clone or stand for a whole machine. */
const runElsewhere = [/^git clone \S+ && cd supascope\nnpm start -- --once\n$/]

describe('the README', () => {
  let installed: InstalledPackage
  let url: string
  before(async () => {
    installed = installPackage()
    url = (await testDatabase()).url
  })
  after(() => installed.remove())

  it('has commands', () => assert.ok(blocks.length >= 4))

  for (const block of blocks.filter((text) => !runElsewhere.some((known) => known.test(text)))) {
    it(`runs: ${block.trim().split('\n').at(-1)}`, () => {
      const script = block.replace(/^export SUPASCOPE_DB_URL=.*$/m, ':')
      const output = execFileSync('sh', ['-euc', script], {
        cwd: installed.folder,
        encoding: 'utf8',
        env: {
          HOME: process.env.HOME,
          PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
          NO_COLOR: '1',
          SUPASCOPE_DB_URL: url,
        },
      })
      assert.notEqual(output.trim(), '')
      for (const [, file = ''] of block.matchAll(/--output (\S+)/g)) {
        assert.ok(existsSync(join(installed.folder, file)), file)
      }
    })
  }

  it('names files that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => path)
    assert.ok(links.length > 5)
    for (const path of links) assert.ok(existsSync(join(root, path)), path)
  })
})
