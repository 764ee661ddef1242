/** `npm run check`: everything that can be judged without running the program. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { capture, root } from './process.ts'

interface Check {
  name: string
  args: string[]
}

const bin = (name: string): string => join(root, 'node_modules', '.bin', name)

const colors = `--colors=${process.stdout.isTTY ? 'force' : 'off'}`

/** Longest first, so that the short ones fill the gaps. */
const checks: Check[] = [
  { name: 'dead exports', args: [bin('knip'), '--no-progress'] },
  { name: 'types', args: [bin('tsc'), '-p', '.'] },
  { name: 'format and lint', args: [bin('biome'), 'ci', '--error-on-warnings', colors, '.'] },
  { name: 'import law', args: ['--test', 'test/architecture.test.ts'] },
]

/** @returns true if every check passed. */
export async function check(): Promise<boolean> {
  const failures: { check: Check; output: string }[] = []
  const waiting = [...checks]
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const started = performance.now()
      const { code, output } = await capture(process.execPath, next.args)
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      const mark = code === 0 ? styleText('green', '✔') : styleText('red', '✖')
      console.log(`${mark} ${next.name} ${styleText('dim', `${seconds} s`)}`)
      if (code !== 0) failures.push({ check: next, output })
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  for (const { check, output } of failures) {
    console.log(`\n${styleText(['red', 'bold'], check.name)}\n${output.trimEnd()}`)
  }
  return failures.length === 0
}

if (import.meta.main) process.exitCode = (await check()) ? 0 : 1
