import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Config, defaults, loadConfig, type UserConfig } from './config.ts'

/** Every field of an interface with what its comment says is the default, by its path. */
function documentedDefaults(source: string, name: string): Map<string, string> {
  const body = source.slice(source.indexOf(`export interface ${name} {`))
  const found = new Map<string, string>()
  const path: string[] = []
  let comment = ''
  for (const line of body.split('\n').slice(1)) {
    const field = /^\s*(\w+)\??: (.*)$/.exec(line)
    if (line.includes('*')) comment += line
    else if (line === '}') break
    else if (/^\s+}$/.test(line)) path.pop()
    else if (field?.[2] === '{') path.push(String(field[1]))
    else if (field) {
      const value = /@defaultValue (\S+)/.exec(comment)?.[1]
      found.set([...path, field[1]].join('.'), value ?? 'none')
      comment = ''
    }
  }
  return found
}

function flatten(value: object, prefix = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([key, inner]) =>
    inner !== null && typeof inner === 'object' && !isEmpty(inner)
      ? flatten(inner, `${prefix}${key}.`)
      : [[prefix + key, inner] as [string, unknown]],
  )
}

/** Is given as `none`, like what is not given at all. */
function isEmpty(value: unknown): boolean {
  return value instanceof Object && Object.keys(value).length === 0
}

describe('defaults', () => {
  const inCode = new Map(
    flatten(defaults).map(([path, value]) => [
      path,
      value === undefined || isEmpty(value)
        ? 'none'
        : typeof value === 'string'
          ? `'${value}'`
          : String(value),
    ]),
  )

  it('are what the comments say', async () => {
    const source = await readFile(new URL('./config.ts', import.meta.url), 'utf8')
    const documented = documentedDefaults(source, 'UserConfig')
    assert.ok(documented.size >= 11)
    assert.deepEqual(Object.fromEntries(documented), Object.fromEntries(inCode))
  })

  it('are what docs/configuration.md says', async () => {
    const page = await readFile(new URL('../docs/configuration.md', import.meta.url), 'utf8')
    const rows = page.matchAll(/^\| `([a-z][\w.]*)` \| ([^|]+) \|/gm)
    const documented = [...rows].map(([, path, value]) => [path, value?.trim().replace(/`/g, '')])
    assert.deepEqual(Object.fromEntries(documented), Object.fromEntries(inCode))
  })
})

describe('loadConfig', () => {
  let cwd: string
  before(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'supascope-config-'))
  })
  after(() => rm(cwd, { recursive: true, force: true }))

  /** A file by that content, given explicitly. */
  async function load(
    content: unknown,
    options: { flags?: UserConfig; env?: Record<string, string> } = {},
  ): Promise<Config> {
    const file = join(cwd, `${crypto.randomUUID()}.json`)
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
    return loadConfig({ flags: options.flags ?? {}, env: options.env ?? {}, cwd, file })
  }

  it('is the defaults where nothing is said', async () => {
    assert.deepEqual(await loadConfig({ flags: {}, env: {}, cwd }), defaults)
  })

  it('takes flags over the environment over the file over the defaults', async () => {
    const file = { dbUrl: 'file', top: 1, thresholds: { slowMeanMs: 5 } }
    const config = await load(file, { env: { DATABASE_URL: 'env' }, flags: { top: 2 } })
    assert.equal(config.dbUrl, 'env')
    assert.equal(config.top, 2)
    assert.equal(config.thresholds.slowMeanMs, 5)
    assert.equal(config.thresholds.minCalls, defaults.thresholds.minCalls)
    const flagged = await load(file, { env: { DATABASE_URL: 'env' }, flags: { dbUrl: 'flag' } })
    assert.equal(flagged.dbUrl, 'flag')
  })

  it('takes the first variable that is set and not empty', async () => {
    const url = async (env: Record<string, string>): Promise<string | undefined> =>
      (await loadConfig({ flags: {}, env, cwd })).dbUrl
    assert.equal(await url({ DATABASE_URL: 'c', SUPABASE_DB_URL: 'b', SUPASCOPE_DB_URL: 'a' }), 'a')
    assert.equal(await url({ DATABASE_URL: 'c', SUPABASE_DB_URL: 'b', SUPASCOPE_DB_URL: '' }), 'b')
    assert.equal(await url({ SUPABASE_DB_URL: '' }), undefined)
  })

  it('finds supascope.config.ts in the folder, and prefers it to the .json', async () => {
    const folder = await mkdtemp(join(cwd, 'both-'))
    await writeFile(join(folder, 'supascope.config.json'), '{"top": 3}')
    assert.equal((await loadConfig({ flags: {}, env: {}, cwd: folder })).top, 3)
    await writeFile(join(folder, 'supascope.config.ts'), 'export default { top: 4 as number }')
    assert.equal((await loadConfig({ flags: {}, env: {}, cwd: folder })).top, 4)
  })

  it('can not be changed afterwards', async () => {
    const config = await load({ thresholds: { slowMeanMs: 5 } })
    assert.throws(() => Object.assign(config, { top: 1 }), TypeError)
    assert.throws(() => Object.assign(config.thresholds, { slowMeanMs: 1 }), TypeError)
  })

  it('refuses what it does not know or what is out of range, naming the field', async () => {
    const wrong: [content: unknown, field: RegExp][] = [
      [{ tpo: 1 }, /tpo/],
      [{ top: 0 }, /top/],
      [{ top: 1001 }, /top/],
      [{ format: 'pdf' }, /format/],
      [{ thresholds: { regressionRatio: 1 } }, /thresholds\.regressionRatio/],
      [{ retention: { days: 1.5 } }, /retention\.days/],
      [{ schedule: { jobs: { snapshat: {} } } }, /schedule\.jobs/],
      [{ schedule: { jobs: { report: { retries: 11 } } } }, /schedule\.jobs\.report\.retries/],
      [[], /the whole/],
      ['{', /can't be loaded/],
    ]
    for (const [content, message] of wrong) {
      await assert.rejects(load(content), { code: 'SCOPE_CONFIG', message })
    }
  })

  it('refuses a file that is not there', async () => {
    const options = { flags: {}, env: {}, cwd, file: 'nowhere.json' }
    await assert.rejects(loadConfig(options), { code: 'SCOPE_CONFIG', message: /nowhere\.json/ })
  })
})
