import { rmSync } from 'node:fs'
import { ScopeError } from '../errors.ts'
import { replaceFile } from '../replace-file.ts'
import type { Interruption } from './interruption.ts'

/**
 * Prints a result, whole, and waits until the reader has it. False if the reader has left, which is
 * no error: `supascope report | head` has seen enough.
 *
 * @throws ScopeError SCOPE_OUTPUT, SCOPE_DISK_FULL
 */
export function writeToStdout(text: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error == null) resolve(true)
      else if (errorCode(error) === 'EPIPE') resolve(false)
      else reject(outputError(error, 'standard output'))
    })
  })
}

/**
 * Writes a result into a file: beside it first, then by rename, so that the file is the old one or
 * the new one and never half of it. Devices and pipes are written to as they are.
 *
 * @throws ScopeError SCOPE_OUTPUT, SCOPE_DISK_FULL
 */
export async function writeToFile(
  path: string,
  text: string,
  interruption: Interruption,
): Promise<void> {
  try {
    await replaceFile(path, text, (draft) =>
      interruption.onStop(() => rmSync(draft, { force: true })),
    )
  } catch (error) {
    throw outputError(error, path)
  }
}

function outputError(cause: unknown, path: string): ScopeError {
  const code = errorCode(cause)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new ScopeError(
      'SCOPE_DISK_FULL',
      `no space left for ${path}`,
      'free space or choose another place; what was there before is untouched',
      { cause },
    )
  }
  const reason =
    { ENOENT: 'its folder does not exist', EACCES: 'permission denied', EISDIR: 'it is a folder' }[
      code
    ] ?? (cause instanceof Error ? cause.message : String(cause))
  return new ScopeError(
    'SCOPE_OUTPUT',
    `${path} can't be written: ${reason}`,
    'choose another place with --output, or leave it out to print the result',
    { cause },
  )
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
