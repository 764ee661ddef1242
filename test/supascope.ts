/** The real program, run as a user runs it: a process of its own. */
import assert from 'node:assert/strict'
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { ErrorCode } from '../src/errors.ts'

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

export interface RunOptions {
  env?: Record<string, string>
  /** @defaultValue a folder without configuration */
  cwd?: string
}

export interface Run {
  /** Null if a signal ended it. */
  status: number | null
  stdout: string
  stderr: string
}

/** Runs the program to its end. */
export async function supascope(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return ended(startSupascope(args, options))
}

/** Starts the program; the caller sees to its end. Of the environment it gets only what is given. */
export function startSupascope(
  args: readonly string[],
  options: RunOptions = {},
): ChildProcessWithoutNullStreams {
  const { PATH = '', HOME = '' } = process.env
  return spawn(process.execPath, [main, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: { PATH, HOME, ...options.env },
  })
}

export async function ended(child: ChildProcessWithoutNullStreams): Promise<Run> {
  const run: Run = { status: null, stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    run.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    run.stderr += chunk
  })
  run.status = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  return run
}

/** The contract of every failure: nothing on standard output, one line for it, one for its remedy. */
export function assertFailure(
  run: Run,
  expected: {
    status: 2 | 3
    code: ErrorCode
    message?: RegExp
    hint?: RegExp
    /** Must not be printed, neither as given nor percent-encoded. */
    secrets?: readonly string[]
  },
): void {
  const [message = '', hint = '', ...more] = run.stderr.trimEnd().split('\n')
  assert.match(message, new RegExp(`^supascope: ${expected.code}: \\S`), run.stderr)
  assert.match(hint, /^hint: \S/, run.stderr)
  assert.deepEqual(more, [])
  assert.equal(run.status, expected.status)
  assert.equal(run.stdout, '')
  if (expected.message) assert.match(message, expected.message)
  if (expected.hint) assert.match(hint, expected.hint)
  for (const secret of expected.secrets ?? []) {
    assert.ok(!run.stderr.includes(secret), run.stderr)
    assert.ok(!run.stderr.includes(encodeURIComponent(secret)), run.stderr)
  }
}
