/**
 * `npm test`: checks, builds and runs every test; `npm test -- FILE…` runs only these files.
 *
 * Ends with the plain line `N passed, N failed, N skipped`. With CI=true a skipped test is a
 * failure: there everything that tests need must be at hand, but for k6, which no package brings.
 */
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { run } from 'node:test'
import { inspect, parseArgs, styleText } from 'node:util'
import { serverKinds, startTestServers } from '../test/database.ts'
import { build } from './build.ts'
import { check } from './check.ts'
import { root } from './process.ts'
import { TestResults } from './test-results.ts'

const inCi = process.env.CI === 'true'

/** A file that hangs fails after this time. */
const fileTimeoutMs = 10 * 60_000

let stopServers = (): Promise<void> => Promise.resolve()
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => void stopServers().finally(() => process.exit(code)))
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'no-check': { type: 'boolean' },
    'no-build': { type: 'boolean' },
  },
})
process.exitCode = await main(positionals.map((file) => resolve(file)))

/** @returns the exit code. */
async function main(chosen: string[]): Promise<number> {
  const checked = chosen.length > 0 || options['no-check'] || (await check())
  // CI tells everything at once; people want to hear it at once.
  if (!checked && !inCi) return 1
  if (!options['no-build'] && !(await build())) return 1
  if (chosen.length > 0) return report(await runFiles(chosen))
  await startServers()
  try {
    return report(await runFiles(allFiles()), checked)
  } finally {
    await stopServers()
  }
}

/** One server of each kind for all files; a file that runs alone starts what it needs itself. */
async function startServers(): Promise<void> {
  const servers = await startTestServers(serverKinds)
  stopServers = servers.stop
  Object.assign(process.env, servers.environment)
}

function allFiles(): string[] {
  return globSync('{src,test,client-sdk,edge-functions}/**/*.test.ts', {
    cwd: root,
    exclude: (name) => /(^|\/)node_modules$/.test(name),
  })
    .sort()
    .map((file) => join(root, file))
}

/** Files run side by side: most wait for Postgres most of the time. */
async function runFiles(files: string[]): Promise<TestResults> {
  const results = new TestResults(root)
  const concurrency = Math.max(2, availableParallelism())
  const execArgv = ['--import', join(root, 'tools', 'end-with-runner.ts')]
  const events = run({ files, concurrency, execArgv, timeout: fileTimeoutMs })
  for await (const event of events) {
    const finished = results.add(event)
    if (finished !== undefined) console.log(fileLine(results, finished))
  }
  return results
}

function fileLine(results: TestResults, name: string): string {
  const file = results.files.get(name)
  if (!file) return name
  const parts = [`${file.passed} passed`]
  if (file.failures.length > 0) parts.push(styleText('red', `${file.failures.length} failed`))
  if (file.skips.length > 0) parts.push(styleText('yellow', `${file.skips.length} skipped`))
  const mark = file.failures.length > 0 ? styleText('red', '✖') : styleText('green', '✔')
  return `${mark} ${name} ${styleText('dim', `${parts.join(', ')}, ${seconds(file.durationMs)}`)}`
}

/** Prints what matters most last. @returns the exit code. */
function report(results: TestResults, checked = true): number {
  const files = [...results.files]
  const passed = files.reduce((sum, [, file]) => sum + file.passed, 0)
  const failed = files.reduce((sum, [, file]) => sum + file.failures.length, 0)
  const skips = files.flatMap(([, file]) => file.skips)
  const unwanted = inCi ? skips.filter((s) => !/\bk6\b/.test(s.reason)) : []

  heading('slowest files', files.length > 1)
  const slowest = files.sort(([, a], [, b]) => b.durationMs - a.durationMs).slice(0, 5)
  for (const [name, file] of slowest)
    console.log(`${seconds(file.durationMs).padStart(8)}  ${name}`)
  heading('skipped', skips.length > 0)
  for (const skip of skips) console.log(`${skip.where}: ${skip.reason}`)
  heading('failed', failed > 0)
  for (const [name, file] of files) if (file.failures.length > 0) printFailures(name, file)
  if (unwanted.length > 0)
    console.log('\nIn CI nothing but k6 may be missing: see the skipped tests.')
  if (!checked) console.log('\nThe check at the beginning failed.')
  if (passed + failed === 0) console.log('\nNo test was run.')

  console.log(`\n${passed} passed, ${failed} failed, ${skips.length} skipped`)
  return checked && failed === 0 && unwanted.length === 0 && passed > 0 ? 0 : 1
}

function heading(text: string, wanted: boolean): void {
  if (wanted) console.log(`\n${styleText('bold', text)}`)
}

function printFailures(name: string, file: { failures: Failure[]; output: string }): void {
  for (const { where, error } of file.failures) {
    console.log(`\n${styleText('red', `✖ ${where}`)}`)
    const cause = error instanceof Error ? (error.cause ?? error) : error
    console.log(
      typeof cause === 'string'
        ? cause
        : inspect(cause, { colors: process.stdout.isTTY, depth: 6 }),
    )
  }
  if (file.output.trim() !== '') {
    console.log(`\n${styleText('dim', `output of ${name}`)}\n${file.output.trimEnd()}`)
  }
}

interface Failure {
  where: string
  error: unknown
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
