import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { supascope } from './supascope.ts'

const page = await readFile(new URL('../docs/commands.md', import.meta.url), 'utf8')
const commands = [
  'report',
  'budgets',
  'deliver',
  'snapshot',
  'sample',
  'init',
  'migrate',
  'doctor',
  'start',
  'findings',
  'mark',
  'serve',
  'run',
]

/** The options that a text lists, each at the begin of its line. */
function options(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => String(match[1]))
}

function section(command: string): string {
  return page.split(/^## /m).find((part) => part.startsWith(`${command}\n`)) ?? ''
}

describe('help', () => {
  const documented = (text: string): string[] => options(text, /^\| `(--[a-z-]+)/gm)
  const shared = documented(page.slice(0, page.indexOf('\n## ')))

  it('names every command, on standard output', async () => {
    const { stdout, stderr, status } = await supascope(['--help'])
    assert.deepEqual({ stderr, status }, { stderr: '', status: 0 })
    for (const command of commands) assert.match(stdout, new RegExp(`^  ${command} `, 'm'))
    assert.match(stdout, /Examples:/)
    assert.match(stdout, /Exit status:/)
  })

  for (const command of commands) {
    it(`of ${command} has examples and exit statuses, and docs/commands.md every option`, async () => {
      const { stdout } = await supascope([command, '--help'])
      assert.match(stdout, /Examples:\n {2}supascope /)
      assert.match(stdout, /Exit status: 0/)
      const inHelp = options(stdout, /^ {2}(?:-\w, )?(--[a-z-]+)/gm)
      const own = documented(section(command))
      const missing = inHelp.filter((option) => ![...own, ...shared].includes(option))
      assert.deepEqual(missing, [], 'not in docs/commands.md')
      assert.deepEqual(
        own.filter((option) => !inHelp.includes(option)),
        [],
        'not in the program',
      )
    })
  }

  it('prints the version of package.json', async () => {
    const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
    assert.equal((await supascope(['--version'])).stdout, `${manifest.version}\n`)
  })
})
