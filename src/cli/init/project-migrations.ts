import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ScopeError } from '../../errors.ts'
import type { ProjectFile } from './plan-copies.ts'

/** Where the Supabase CLI looks for migrations, and nowhere else. */
const place = join('supabase', 'migrations')

/**
 * The migrations of a Supabase project.
 *
 * @param project - The folder that `supabase init` was called in.
 * @throws ScopeError SCOPE_USAGE if it is no Supabase project or can't be read.
 */
export async function readProjectMigrations(project: string): Promise<ProjectFile[]> {
  await listed(join(project, 'supabase'), () => {
    throw new ScopeError(
      'SCOPE_USAGE',
      'there is no folder supabase here',
      'go to the folder of your Supabase project, or make one with `supabase init`',
    )
  })
  const folder = join(project, place)
  const names = (await listed(folder, () => [])).filter((name) => name.endsWith('.sql'))
  return Promise.all(
    names.map(async (file) => ({ file, sql: await readFile(join(folder, file), 'utf8') })),
  )
}

/** Makes the folder if need be. @returns where to write a migration of that name. */
export async function migrationPath(project: string, file: string): Promise<string> {
  await mkdir(join(project, place), { recursive: true })
  return join(project, place, file)
}

async function listed(folder: string, missing: () => string[]): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return missing()
    throw new ScopeError(
      'SCOPE_USAGE',
      `${folder} can't be read as a folder`,
      'check what it is, and its permissions',
      { cause },
    )
  }
}
