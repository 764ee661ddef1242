/** Count, sum and spread of call times: enough for mean and deviation, and they can be merged. */
export interface Moments {
  calls: number
  totalMs: number
  /** Σ(time − mean)², ms². */
  m2: number
}

/**
 * The moments of two disjoint sets of calls taken together, by the pairwise update of Chan, Golub
 * and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances" (1979).
 */
export function mergeMoments(a: Moments, b: Moments): Moments {
  return {
    calls: a.calls + b.calls,
    totalMs: a.totalMs + b.totalMs,
    m2: a.m2 + b.m2 + between(a, b),
  }
}

/**
 * What is left of `whole` without `part`: the reverse of {@link mergeMoments}. Rounding can't make
 * the spread negative, and a single call has none.
 */
export function subtractMoments(whole: Moments, part: Moments): Moments {
  const rest = { calls: whole.calls - part.calls, totalMs: whole.totalMs - part.totalMs, m2: 0 }
  if (rest.calls <= 1) return rest
  return { ...rest, m2: Math.max(0, whole.m2 - part.m2 - between(part, rest)) }
}

/** Population standard deviation of one call's time, ms; 0 without calls. */
export function stddevMs({ calls, m2 }: Moments): number {
  return calls > 0 ? Math.sqrt(m2 / calls) : 0
}

/** Σ(time − mean)², ms², of all calls of an entry, from its population standard deviation. */
export function lifetimeM2(entry: { calls: number; stddevMs: number }): number {
  return entry.calls <= 1 ? 0 : entry.calls * entry.stddevMs ** 2
}

/** The spread that two sets have because their means differ. */
function between(a: Moments, b: Moments): number {
  if (a.calls <= 0 || b.calls <= 0) return 0
  const difference = b.totalMs / b.calls - a.totalMs / a.calls
  return (difference * difference * a.calls * b.calls) / (a.calls + b.calls)
}
