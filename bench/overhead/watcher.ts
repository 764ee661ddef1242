import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { PostgresServer } from '../../src/local/postgres/index.ts'

const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts')

/** The real program, as a user runs it: `supascope serve`, nothing configured. */
export async function startWatcher(server: PostgresServer): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [main, 'serve', '--db-url', server.url()], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await firstLine(child)
  return async () => {
    if (child.exitCode !== null) throw new Error(`serve ended with ${child.exitCode}`)
    const ended = once(child, 'exit')
    child.kill('SIGINT')
    await ended
  }
}

/** It logs once it has scheduled its jobs. */
async function firstLine({ stderr }: ChildProcess): Promise<void> {
  if (stderr === null) throw new Error('serve has no log')
  const [text] = await once(stderr, 'data')
  if (String(text).includes('SCOPE_')) throw new Error(String(text))
  stderr.resume()
}
