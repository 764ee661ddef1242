import { readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { outside, type Place } from './place.ts'

const unusedMs = 14 * 24 * 3600 * 1000

/** Whether the cache has it; if so, it is kept for another two weeks. */
export function markUsed(place: Place, path: string): Promise<boolean> {
  const now = new Date()
  return utimes(outside(place, path), now, now).then(
    () => true,
    () => false,
  )
}

/** Removes templates and programs of versions and shapes that nobody has used for two weeks. */
export async function sweepUnused(place: Place): Promise<void> {
  for (const kind of ['templates', 'binaries']) {
    const folder = outside(place, join(place.cache, kind))
    for (const name of await readdir(folder)) {
      const path = join(folder, name)
      const used = await stat(path).then(
        (s) => s.mtimeMs,
        // Another sweep was quicker.
        () => Date.now(),
      )
      if (Date.now() - used > unusedMs) await rm(path, { recursive: true, force: true })
    }
  }
}
