import { setTimeout as sleep } from 'node:timers/promises'
import { recordChanges } from '../../collect/changes/index.ts'
import { retainSnapshots, type SnapshotResult, takeSnapshot } from '../../collect/index.ts'
import { recordPlans } from '../../collect/plans/index.ts'
import { noteTableSizes } from '../../collect/table-sizes/index.ts'
import {
  detectCapabilities,
  schemaProblem,
  schemaState,
  shippedMigrations,
} from '../../db/index.ts'
import { type ErrorCode, ScopeError } from '../../errors.ts'
import type { CommandContext, OpenDatabase } from '../context.ts'
import { parseDuration } from '../time-span.ts'

export interface SnapshotOptions {
  every?: string
  output?: string
}

/** What may be over by the time of the next snapshot, which then covers the time of this one. */
const passing: readonly ErrorCode[] = [
  'SCOPE_DB_UNREACHABLE',
  'SCOPE_DB_TIMEOUT',
  'SCOPE_DB_BUSY',
  'SCOPE_DB_DISK_FULL',
  'SCOPE_DB_READ_ONLY',
  'SCOPE_DB_FAILED',
]

/** How often a run with `--every` clears up, ms: what it merges is an hour long. */
const retentionMs = 3_600_000

export async function snapshot(context: CommandContext, options: SnapshotOptions): Promise<number> {
  const everyMs = interval(options)
  const database = await context.open()
  const hasReader = await takeOne(context, database)
  await clearUp(context, database)
  if (everyMs !== null && hasReader) await repeat(context, database, everyMs)
  return 0
}

function interval({ every, output }: SnapshotOptions): number | null {
  if (every === undefined) return null
  if (output !== undefined) {
    throw new ScopeError(
      'SCOPE_USAGE',
      '--every and --output exclude each other',
      'leave one of them out; with --every each snapshot is a line on standard output',
    )
  }
  return parseDuration(every, '--every')
}

/** The snapshot is stored: what keeps the history small may as well be done by the next one. */
async function clearUp(context: CommandContext, database: OpenDatabase): Promise<void> {
  const { db } = database
  const { signal } = context.interruption
  await beside(context, 'old snapshots were left as they are', async () => {
    context.log.status('merging and removing old snapshots…')
    await retainSnapshots(db, context.config.retention)
  })
  await beside(context, 'the sizes of tables were not noted', async () => {
    await noteTableSizes(db)
  })
  await beside(context, 'the plans of statements were not noted', async () => {
    context.log.status('noting the plans of statements…')
    await recordPlans(db, database.capabilities, { signal })
  })
}

/** Work that a snapshot does not depend on: that it failed is told, and the next one tries again. */
async function beside(
  context: CommandContext,
  failure: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof ScopeError) || context.interruption.signal.aborted) throw error
    context.log.note(`${failure}: ${error.code}: ${error.message}`)
  }
  context.log.clear()
}

/** One at a time, at a steady pace; a snapshot that takes too long makes the next one late. */
async function repeat(
  context: CommandContext,
  database: OpenDatabase,
  everyMs: number,
): Promise<void> {
  const { signal } = context.interruption
  let clearedAt = Date.now()
  for (let next = Date.now() + everyMs; ; next = Math.max(next + everyMs, Date.now())) {
    await sleep(next - Date.now(), undefined, { signal })
    try {
      const hasReader = await takeOne(context, database)
      if (!hasReader) return
      if (Date.now() - clearedAt < retentionMs) continue
      clearedAt = Date.now()
      await clearUp(context, database)
    } catch (error) {
      const mayPass = error instanceof ScopeError && passing.includes(error.code)
      if (!mayPass || signal.aborted) throw error
      context.log.note(`${error.code}: ${error.message}; the next snapshot covers this time too`)
    }
  }
}

/** @returns false if nobody reads the result any more. */
async function takeOne(context: CommandContext, database: OpenDatabase): Promise<boolean> {
  const { config, log, format } = context
  log.status('taking a snapshot…')
  // Asked for each time: between two snapshots the server may have been upgraded or migrated.
  const capabilities = await detectCapabilities(database.db)
  const problem = schemaProblem(schemaState(capabilities, await shippedMigrations()))
  if (problem) throw problem
  const result = await takeSnapshot(database.db, capabilities, {
    textIntervalSeconds: config.textIntervalSeconds,
  })
  await beside(context, 'what changed in schema and settings was not noted', async () => {
    await recordChanges(database.db, capabilities)
  })
  if (result.textError) {
    log.note(`stored without new texts: ${result.textError.code}: ${result.textError.message}`)
  }
  return context.print(format === 'json' ? snapshotJson(result) : snapshotText(result))
}

function snapshotJson(result: SnapshotResult): string {
  return `${JSON.stringify({
    schema: 1,
    kind: result.kind,
    id: result.id,
    taken_at: result.takenAt,
    changed: result.changed,
    entries: result.entries,
    complete: result.gaps === 0,
    new_statements: result.newStatements,
    new_texts: result.newTexts,
  })}\n`
}

function snapshotText(result: SnapshotResult): string {
  const at = result.takenAt
  switch (result.kind) {
    case 'skipped':
      return `${at}  skipped: another collector was quicker\n`
    case 'baseline':
      return `${at}  first snapshot: ${result.entries} statements to compare the next one with\n`
    case 'delta':
      return `${at}  ${result.changed} of ${result.entries} statements changed, ${result.newStatements} new${result.gaps === 0 ? '' : '; some calls may be missing'}\n`
  }
}
