import { randomUUID } from 'node:crypto'
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Writes a text into a file: beside it first, then by rename, so that readers see the old file or
 * the new one and never half of it. Links are followed; devices and pipes are written to as they
 * are.
 *
 * @param guard - Told of the draft before it is made; what it returns is called when the draft is
 *   gone. For those who must not leave one behind when they are interrupted.
 * @throws what the system answers: ENOENT, EACCES, ENOSPC…
 */
export async function replaceFile(
  path: string,
  text: string,
  guard: (draft: string) => () => void = () => () => undefined,
): Promise<void> {
  const target = await realTarget(path)
  if (!target.replaceable) return writeFile(target.path, text)
  const draft = join(dirname(target.path), `.${basename(target.path)}.${randomUUID()}`)
  const forget = guard(draft)
  try {
    const file = await open(draft, 'wx')
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, target.path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  } finally {
    forget()
  }
}

/** Follows a link to the file that is meant; renaming onto a device would put a file in its place. */
async function realTarget(path: string): Promise<{ path: string; replaceable: boolean }> {
  const target = await realpath(path).catch(ifMissing(path))
  const found = await stat(target).catch(ifMissing(null))
  return { path: target, replaceable: found === null || found.isFile() }
}

function ifMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return value
    throw error
  }
}
