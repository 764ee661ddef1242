/**
 * What the counters of pg_stat_database did between two readings. After a reset, told by
 * `stats_reset` or by a counter that fell, the new values are what is known.
 */
export function databaseDelta(
  before: Readonly<Record<string, number>> | null,
  now: Readonly<Record<string, number>>,
): Record<string, number> {
  const { stats_reset: reset, ...counters } = now
  const names = Object.keys(counters)
  if (before === null) return {}
  const kept =
    before.stats_reset === reset &&
    names.every((name) => (counters[name] ?? 0) >= (before[name] ?? 0))
  return Object.fromEntries(
    names.map((name) => [name, (counters[name] ?? 0) - (kept ? (before[name] ?? 0) : 0)]),
  )
}
