import { type ApplyResult, applyMigrations } from '../../db/index.ts'
import type { CommandContext } from '../context.ts'

export interface MigrateOptions {
  dryRun?: boolean
}

export async function migrate(context: CommandContext, options: MigrateOptions): Promise<number> {
  const { db, capabilities } = await context.open()
  const dryRun = options.dryRun === true
  const result = await applyMigrations(db, {
    capabilities,
    dryRun,
    onApply: (name) => context.log.status(`applied ${name}`),
  })
  if (result.newer.length > 0) {
    context.log.note(
      `the database has ${result.newer.join(', ')}, which this version does not know; it does no harm here`,
    )
  }
  await context.print(
    context.format === 'json' ? migrateJson(result, dryRun) : migrateText(result, dryRun),
  )
  return 0
}

function migrateJson({ applied, newer }: ApplyResult, dryRun: boolean): string {
  const result = { schema: 1, dry_run: dryRun, applied, newer }
  return `${JSON.stringify(result, null, 2)}\n`
}

function migrateText({ applied }: ApplyResult, dryRun: boolean): string {
  if (applied.length === 0) return 'Nothing to do: the schema supascope is up to date.\n'
  const verb = dryRun ? 'would apply' : 'applied'
  return applied.map((name) => `${verb} ${name}\n`).join('')
}
