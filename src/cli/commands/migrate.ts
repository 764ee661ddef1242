import type { Command } from 'commander'
import { type ApplyResult, applyMigrations } from '../../db/index.ts'
import type { CommandContext } from '../context.ts'
import { type Application, runs, withCommon, withDatabase, withOutput } from '../register.ts'

interface MigrateOptions {
  dryRun?: boolean
}

const formats = ['text', 'json'] as const

export function registerMigrate(program: Command, app: Application): void {
  const command = program
    .command('migrate')
    .description('Add the schema supascope to the database, or bring it up to date.')
    .option('--dry-run', 'say what would be applied, and change nothing')
    .addHelpText(
      'after',
      `
Agrees with \`supabase db push\` and psql about what is applied, and may run anywhere at any time.

Examples:
  supascope migrate --dry-run
  supascope migrate --db-url postgresql://postgres:…@db.example.com:5432/postgres

Exit status: 0 applied or nothing to do, 2 wrong usage, 3 the database refused.`,
    )
  withCommon(withOutput(withDatabase(command), formats))
  runs(command, app, formats, migrate)
}

async function migrate(context: CommandContext, options: MigrateOptions): Promise<number> {
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
