/** A plan of a statement, and when it was seen: ms since 1970. */
export interface PlanSighting {
  /** The structure of the plan, one node a line. */
  shape: string
  firstSeenAt: number
  lastSeenAt: number
}

/** A statement whose plan is another one than before. */
export interface PlanChange {
  before: PlanSighting
  now: PlanSighting
  /** It had this plan before, too: the planner wavers between them. */
  isBack: boolean
}

/**
 * The last change of plan of a statement; null if it has had one plan only.
 *
 * @param sightings - In any order; of one day and shape at most one each.
 */
export function lastPlanChange(sightings: readonly PlanSighting[]): PlanChange | null {
  const ordered = sightings.toSorted((a, b) => a.lastSeenAt - b.lastSeenAt)
  const latest = ordered.at(-1)
  if (latest === undefined) return null
  const before = ordered.findLast(({ shape }) => shape !== latest.shape)
  if (before === undefined) return null
  const sameShape = ordered.filter(({ shape }) => shape === latest.shape)
  const since = sameShape.filter(({ lastSeenAt }) => lastSeenAt > before.lastSeenAt)
  return {
    before,
    now: { ...latest, firstSeenAt: firstAfter(since, before.lastSeenAt) },
    isBack: sameShape.some(({ firstSeenAt }) => firstSeenAt <= before.lastSeenAt),
  }
}

/** A day on which both plans were seen says of neither when it began anew: then its last sight does. */
function firstAfter(sightings: readonly PlanSighting[], time: number): number {
  const moments = sightings.map(({ firstSeenAt, lastSeenAt }) =>
    firstSeenAt > time ? firstSeenAt : lastSeenAt,
  )
  return Math.min(...moments)
}

const mostNodes = 3

/** In one line what the new plan has instead of what the old one had. */
export function planDifference({ before, now }: PlanChange): string {
  const [old, fresh] = [nodesOf(before.shape), nodesOf(now.shape)]
  const gone = without(old, fresh)
  const come = without(fresh, old)
  if (gone.length === 0 && come.length === 0) return 'the same nodes in another order'
  if (gone.length === 0) return `additional ${list(come)}`
  return come.length === 0 ? `no more ${list(gone)}` : `${list(come)} instead of ${list(gone)}`
}

function nodesOf(shape: string): string[] {
  return shape.split('\n').map((line) => line.trim())
}

/** Each line takes away one of the same. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others]
  return lines.filter((line) => {
    const at = left.indexOf(line)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

/** Scans first: they say what is read. */
function list(nodes: readonly string[]): string {
  const ordered = nodes.toSorted((a, b) => Number(b.includes(' on ')) - Number(a.includes(' on ')))
  const more = ordered.length - mostNodes
  return ordered.slice(0, mostNodes).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
