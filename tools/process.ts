/** The project's folder, and programs run from it. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

export const root: string = join(import.meta.dirname, '..')

/**
 * Runs a program to its end with this terminal's streams.
 *
 * @returns its exit code; a program ended by a signal counts as failed.
 */
export async function run(command: string, args: string[]): Promise<number> {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' })
  return await exitCode(child)
}

/** Runs a program to its end and keeps what it says, both streams in the order of arrival. */
export async function capture(
  command: string,
  args: string[],
): Promise<{ code: number; output: string }> {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  return { code: await exitCode(child), output }
}

function exitCode(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)))
  })
}
