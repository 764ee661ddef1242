import { relative, resolve } from 'node:path'
import type { TestEvent } from 'node:test/reporters'

interface Failure {
  where: string
  error: unknown
}

interface FileResult {
  passed: number
  failures: Failure[]
  skips: { where: string; reason: string }[]
  /** What the file printed, and the runner's remarks: shown only if something in it failed. */
  output: string
  durationMs: number
}

/**
 * What came of the tests, file by file. Counts each test once; a suite counts only where it has no
 * test to speak for it: when it is skipped as a whole, or when its own hook fails.
 */
export class TestResults {
  readonly files: Map<string, FileResult> = new Map()
  readonly #root: string
  /** Names of the tests and suites around the current one, by file and depth. */
  readonly #path: Map<string, string[]> = new Map()

  constructor(root: string) {
    this.#root = root
  }

  /** @returns the file that this event finishes, if it does. */
  add({ type, data }: TestEvent): string | undefined {
    if (data === undefined || !('file' in data) || data.file === undefined) return undefined
    const name = relative(this.#root, data.file)
    const file = this.#file(name)
    switch (type) {
      case 'test:start':
        this.#path.set(name, [...(this.#path.get(name) ?? []).slice(0, data.nesting), data.name])
        break
      case 'test:stdout':
      case 'test:stderr':
        file.output += data.message
        break
      case 'test:diagnostic':
        file.output += `${data.message}\n`
        break
      case 'test:pass':
      case 'test:fail':
        if (this.#record(name, file, type, data)) return name
        break
      case 'test:summary':
        file.durationMs = data.duration_ms
        return name
    }
    return undefined
  }

  /** @returns true if the event speaks of the whole file. */
  #record(name: string, file: FileResult, type: string, data: Outcome): boolean {
    const path = (this.#path.get(name) ?? []).slice(0, data.nesting)
    const where = [name, ...path, data.name].join(' › ')
    const suite = data.details?.type === 'suite'
    // The runner speaks of a file as of a test when it holds none, or when its process failed.
    const whole = data.nesting === 0 && resolve(this.#root, data.name) === resolve(this.#root, name)
    const error = data.details?.error
    if (whole) {
      const message = type === 'test:fail' ? 'the file failed outside its tests' : 'holds no test'
      file.failures.push({ where: name, error: message })
    } else if (type === 'test:fail') {
      // A failing child has been counted already, unless the parent is a test of its own.
      if (!(suite && failureType(error) === 'subtestsFailed')) file.failures.push({ where, error })
    } else if (isSet(data.skip) || isSet(data.todo)) {
      const reason = data.skip ?? data.todo
      file.skips.push({ where, reason: typeof reason === 'string' ? reason : 'no reason given' })
    } else if (!suite) file.passed++
    return whole
  }

  #file(name: string): FileResult {
    const known = this.files.get(name)
    if (known) return known
    const fresh: FileResult = { passed: 0, failures: [], skips: [], output: '', durationMs: 0 }
    this.files.set(name, fresh)
    return fresh
  }
}

interface Outcome {
  name: string
  nesting: number
  skip?: string | boolean | undefined
  todo?: string | boolean | undefined
  details?: { type?: string | undefined; error?: unknown }
}

function isSet(value: string | boolean | undefined): boolean {
  return value !== undefined && value !== false
}

function failureType(error: unknown): string {
  return String((error as { failureType?: unknown } | undefined)?.failureType)
}
