import { setTimeout as sleep } from 'node:timers/promises'
import { type ActivitySample, watchActivity } from '../../collect/activity/index.ts'
import {
  detectCapabilities,
  schemaProblem,
  schemaState,
  shippedMigrations,
} from '../../db/index.ts'
import { type ErrorCode, ScopeError } from '../../errors.ts'
import { plural } from '../../quantity.ts'
import type { CommandContext, OpenDatabase } from '../context.ts'
import { parseDuration } from '../time-span.ts'

export interface SampleOptions {
  every?: string
  for?: string
  burst?: string
  output?: string
}

interface Pace {
  everyMs: number | null
  forMs: number
  burstMs: number
}

/** What may be over by the time of the next sample. */
const passing: readonly ErrorCode[] = [
  'SCOPE_DB_UNREACHABLE',
  'SCOPE_DB_TIMEOUT',
  'SCOPE_DB_BUSY',
  'SCOPE_DB_DISK_FULL',
  'SCOPE_DB_READ_ONLY',
  'SCOPE_DB_FAILED',
]

export async function sample(context: CommandContext, options: SampleOptions): Promise<number> {
  const pace = paceOf(options)
  const database = await context.open()
  if (pace.everyMs === null) await watch(context, database, { ...pace, everyMs: 0, forMs: 0 })
  else await goOn(context, database, { ...pace, everyMs: pace.everyMs })
  return 0
}

/** @throws ScopeError SCOPE_USAGE */
function paceOf(options: SampleOptions): Pace {
  const { every, burst, output } = options
  if (every === undefined && options.for !== undefined) {
    throw new ScopeError('SCOPE_USAGE', '--for is of use with --every only', 'add --every 5s')
  }
  if (every !== undefined && output !== undefined) {
    throw new ScopeError(
      'SCOPE_USAGE',
      '--every and --output exclude each other',
      'leave one of them out; with --every each sample is a line on standard output',
    )
  }
  const burstMs = burst === undefined ? 0 : parseDuration(burst, '--burst')
  if (burstMs > 10_000) {
    throw new ScopeError('SCOPE_USAGE', '--burst takes at most 10s', 'give 1s to 10s')
  }
  return {
    everyMs: every === undefined ? null : parseDuration(every, '--every'),
    forMs:
      options.for === undefined ? Number.POSITIVE_INFINITY : parseDuration(options.for, '--for'),
    burstMs,
  }
}

type SteadyPace = Pace & { everyMs: number }

/** Samples until its time is up, its reader leaves, or something is wrong that will not pass. */
async function goOn(
  context: CommandContext,
  database: OpenDatabase,
  pace: SteadyPace,
): Promise<void> {
  const { signal } = context.interruption
  const end = performance.now() + pace.forMs
  for (let left = pace.forMs; left > 0; left = end - performance.now()) {
    try {
      return await watch(context, database, { ...pace, forMs: left })
    } catch (error) {
      const mayPass = error instanceof ScopeError && passing.includes(error.code)
      if (!mayPass || signal.aborted) throw error
      context.log.note(`${error.code}: ${error.message}; trying again`)
      await sleep(Math.min(pace.everyMs, end - performance.now()), undefined, { signal })
    }
  }
}

async function watch(
  context: CommandContext,
  { db }: OpenDatabase,
  pace: SteadyPace,
): Promise<void> {
  context.log.status('taking a sample…')
  const capabilities = await detectCapabilities(db)
  const problem = schemaProblem(schemaState(capabilities, await shippedMigrations()))
  if (problem) throw problem
  const { format, interruption } = context
  await watchActivity(db, capabilities, {
    ...pace,
    signal: interruption.signal,
    onSample: (one) => context.print(format === 'json' ? sampleJson(one) : sampleText(one)),
  })
}

function sampleJson(one: ActivitySample): string {
  return `${JSON.stringify({
    schema: 1,
    kind: one.kind,
    taken_at: one.takenAt,
    connections: one.connections,
    max_connections: one.maxConnections,
    active: one.active,
    blocked: one.blocked,
    idle_in_transaction: one.idleInTransaction,
    statements: one.statements,
    ended: one.ended,
  })}\n`
}

function sampleText(one: ActivitySample): string {
  if (one.kind === 'skipped') return 'skipped: another sampler was at work\n'
  const parts = [
    `${one.connections} of ${plural(one.maxConnections, 'connection')}`,
    `${one.active} active`,
    ...(one.statements > 0 ? [`${one.statements} for long`] : []),
    ...(one.blocked > 0 ? [`${one.blocked} blocked`] : []),
    ...(one.idleInTransaction > 0 ? [`${one.idleInTransaction} idle in transaction`] : []),
    ...(one.ended.timed_out > 0 ? [`${one.ended.timed_out} cut off by a timeout`] : []),
  ]
  return `${one.takenAt}  ${parts.join(', ')}\n`
}
