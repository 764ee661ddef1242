/** A session that waits, and those that it waits for. */
export interface Wait {
  pid: number
  /** Empty if nobody is in its way any more; 0 stands for a prepared transaction. */
  blockedBy: readonly number[]
}

/**
 * Finds, for each waiting session, the one that all of its queue waits for: the first on the way
 * down that does not wait itself. Sessions that wait in a circle, which the server ends after its
 * deadlock_timeout, have the least of their process ids for a root.
 */
export function blockingRoots(waits: readonly Wait[]): Map<number, number> {
  const blockers = new Map(waits.map(({ pid, blockedBy }) => [pid, blockedBy]))
  const roots = new Map<number, number>()
  for (const { pid, blockedBy } of waits) {
    if (blockedBy.length > 0) roots.set(pid, rootBehind(pid, blockers))
  }
  return roots
}

function rootBehind(pid: number, blockers: ReadonlyMap<number, readonly number[]>): number {
  const passed = new Set<number>()
  for (let at = pid; ; ) {
    const before = blockers.get(at)
    const next = before?.find((one) => !blockers.has(one)) ?? before?.[0]
    if (next === undefined) return at
    if (passed.has(at)) return Math.min(...passed)
    passed.add(at)
    at = next
  }
}

/** How many sessions wait behind each root. */
export function waitingBehind(roots: ReadonlyMap<number, number>): Map<number, number> {
  const counts = new Map<number, number>()
  for (const [pid, root] of roots) {
    if (pid !== root) counts.set(root, (counts.get(root) ?? 0) + 1)
  }
  return counts
}
