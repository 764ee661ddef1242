import { join } from 'node:path'
import { directIngestMigration, shippedMigrations } from '../../db/index.ts'
import type { CommandContext } from '../context.ts'
import { type Copy, planCopies } from '../init/plan-copies.ts'
import { migrationPath, readProjectMigrations } from '../init/project-migrations.ts'
import { writeToFile } from '../output.ts'

export interface InitOptions {
  directIngest?: boolean
  dryRun?: boolean
}

export async function init(context: CommandContext, options: InitOptions): Promise<number> {
  const project = process.cwd()
  const wanted = [
    ...(await shippedMigrations()),
    ...(options.directIngest === true ? [await directIngestMigration()] : []),
  ]
  const copies = planCopies(wanted, await readProjectMigrations(project), new Date())
  const dryRun = options.dryRun === true
  if (!dryRun) {
    for (const { file, sql } of copies) {
      await writeToFile(await migrationPath(project, file), sql, context.interruption)
    }
  }
  const json = { schema: 1, dry_run: dryRun, added: copies.map(({ file }) => pathOf(file)) }
  await context.print(
    context.format === 'json' ? `${JSON.stringify(json, null, 2)}\n` : initText(copies, dryRun),
  )
  if (copies.length > 0 && !dryRun) context.log.note('apply them with: supabase db push')
  return 0
}

function pathOf(file: string): string {
  return join('supabase', 'migrations', file)
}

function initText(copies: readonly Copy[], dryRun: boolean): string {
  if (copies.length === 0) return 'Nothing to do: the project has all migrations.\n'
  const verb = dryRun ? 'would add' : 'added'
  return copies.map(({ file }) => `${verb} ${pathOf(file)}\n`).join('')
}
