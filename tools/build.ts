/** `npm run build`: makes dist/, what the package ships. */
import { chmodSync, cpSync, globSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root, run } from './process.ts'

/**
 * Compiles src/ and lays its SQL files beside, but for those of tests. The result is made elsewhere and put in place at
 * the end, so that dist/ is never half-written and never holds what src/ no longer has.
 *
 * @returns true if it compiled.
 */
export async function build(): Promise<boolean> {
  const fresh = join(root, '.supascope', `build-${process.pid}`)
  try {
    const tsc = join(root, 'node_modules', '.bin', 'tsc')
    const code = await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', fresh])
    if (code !== 0) return false
    const exclude = ['**/cases/**']
    for (const file of globSync('**/*.sql', { cwd: join(root, 'src'), exclude })) {
      mkdirSync(dirname(join(fresh, file)), { recursive: true })
      cpSync(join(root, 'src', file), join(fresh, file))
    }
    chmodSync(join(fresh, 'cli', 'main.js'), 0o755)
    const dist = join(root, 'dist')
    rmSync(dist, { recursive: true, force: true })
    renameSync(fresh, dist)
    return true
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

if (import.meta.main) process.exitCode = (await build()) ? 0 : 1
