import { formatCount, formatMs, formatShare, plural } from '../quantity.ts'
import type { NotSeen } from '../report.ts'
import type { Ranking } from './rank-statements.ts'
import type { CutOffStatements, ReportInput, ServerFacts } from './report-input.ts'

/** From this fill on, pg_stat_statements is about to forget statements. */
const nearlyFull = 0.9

/** What the figures of a window cannot show, most important first. */
export function notSeen(input: ReportInput, unranked: Ranking['unranked']): NotSeen[] {
  const { server } = input
  const hasNested = input.statements.some((statement) => !statement.toplevel)
  return [
    cancelled(server, input.cutOff ?? null),
    ...evicted(server),
    ...(server.track === 'all' ? [] : [nested(server)]),
    ...(hasNested ? [countedTwice] : []),
    ...unreadable(server),
    ...(server.trackIoTiming ? [] : [ioTimes]),
    ...leftOut(unranked),
    replicas,
  ]
}

function cancelled({ apiTimeoutMs }: ServerFacts, seen: CutOffStatements | null): NotSeen {
  const killed =
    apiTimeoutMs === null
      ? 'those that a timeout or the caller cancelled, and those that failed'
      : `those of the API that ran into its timeout of ${formatMs(apiTimeoutMs)} among them`
  return {
    what: 'cancelled_statements',
    why: `A statement that does not finish leaves no trace in pg_stat_statements: ${killed}.${sampled(seen)}`,
    remedy: [
      ...(seen !== null && seen.timedOut + seen.likely + seen.failed > 0
        ? ['supascope check --only cancelled_statements names those that were seen.']
        : []),
      'Search the Postgres logs for "canceling statement due to statement timeout": they hold the statements.',
      ...(seen === null
        ? ['Or take samples, which see many of them: supascope sample --every 5s.']
        : []),
    ].join(' '),
  }
}

function sampled(seen: CutOffStatements | null): string {
  if (seen === null) return ''
  const { samples, minutes, timedOut, likely, failed } = seen
  const pace = `${plural(samples, 'sample')} of the sessions, ${formatMs((60_000 * minutes) / samples)} apart,`
  const parts = [
    ...(timedOut > 0 ? [`${formatCount(timedOut)} cut off by a timeout`] : []),
    ...(likely > 0 ? [`${formatCount(likely)} likely so`] : []),
    ...(failed > 0 ? [`${formatCount(failed)} that failed after a second or more`] : []),
  ]
  return ` In this window ${pace} saw ${parts.length === 0 ? 'none' : parts.join(', ')}.`
}

function nested({ track }: ServerFacts): NotSeen {
  return {
    what: 'nested_statements',
    why: `Statements inside functions are not listed apart (pg_stat_statements.track = ${track}); an RPC shows as one statement with all its time.`,
    remedy:
      "alter role authenticator set auto_explain.log_nested_statements = on; alter role authenticator set auto_explain.log_min_duration = '500ms'; then read the Postgres logs. A self-hosted server can set pg_stat_statements.track = 'all'. What the functions are made of: supascope check --only 'function_*'.",
  }
}

const countedTwice: NotSeen = {
  what: 'nested_time_counted_twice',
  why: 'The time of statements inside functions is also part of the statement that called them: shares are of a sum that counts it twice.',
  remedy: '',
}

function evicted({ entries, maxEntries, evictions }: ServerFacts): NotSeen[] {
  const remedy =
    'Make fewer distinct statements: bind lists as one array (= any($1)), avoid generated aliases and per-tenant table names. A self-hosted server can raise pg_stat_statements.max.'
  if (evictions !== null && evictions > 0) {
    const why = `pg_stat_statements is full (${formatCount(entries)} of ${formatCount(maxEntries)} entries) and dropped its least used statements ${times(evictions)}: what they did in between is missing.`
    return [{ what: 'evicted_statements', why, remedy }]
  }
  if (maxEntries <= 0 || entries < nearlyFull * maxEntries) return []
  const why = `pg_stat_statements is nearly full (${formatCount(entries)} of ${formatCount(maxEntries)} entries): soon it drops the least used statements.`
  return [{ what: 'evicted_statements', why, remedy }]
}

function times(count: number): string {
  return count === 1 ? 'once' : `${formatCount(count)} times`
}

function unreadable({ unreadableTexts }: ServerFacts): NotSeen[] {
  if (unreadableTexts <= 0) return []
  const why = `Statements whose text is not known: ${formatCount(unreadableTexts)}. It was not read yet, is hidden from this role, or is gone.`
  const remedy =
    'The next snapshots read what is new, at most every 5 minutes. If it stays so: grant pg_monitor to <the role that Supascope connects as>;'
  return [{ what: 'unreadable_texts', why, remedy }]
}

const ioTimes: NotSeen = {
  what: 'io_times',
  why: 'track_io_timing is off: the time spent reading and writing blocks is not measured.',
  remedy: 'alter database postgres set track_io_timing = on;',
}

function leftOut({ own, housekeeping }: Ranking['unranked']): NotSeen[] {
  const parts: string[] = []
  if (housekeeping.statements > 0) {
    parts.push(
      `${formatCount(housekeeping.statements)} of transaction control and settings (${formatShare(housekeeping.share)} of the time)`,
    )
  }
  if (own.statements > 0) {
    parts.push(
      `${formatCount(own.statements)} of Supascope's own (${formatShare(own.share)} of the time)`,
    )
  }
  if (parts.length === 0) return []
  const why = `Counted in the totals but not ranked: ${parts.join(', ')}.`
  return [{ what: 'unranked_statements', why, remedy: '' }]
}

const replicas: NotSeen = {
  what: 'read_replicas',
  why: 'Only this server was read; a read replica keeps its own statistics.',
  remedy: 'Run the report against the URL of each replica.',
}
