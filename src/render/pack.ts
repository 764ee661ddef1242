/** One thing to show: in full, or so short that it only says that it is there. */
export interface Packable<T> {
  full: T
  short: T
}

/**
 * Chooses what fits: as many as possible in short, in order; then, in order, as many of them in full
 * as there is room left for.
 */
export function pack<T>(
  things: readonly Packable<T>[],
  size: (thing: T) => number,
  limits: { room: number; most: number },
): { shown: T[]; leftOut: number } {
  let room = limits.room
  const taken: Packable<T>[] = []
  for (const thing of things.slice(0, limits.most)) {
    const needed = size(thing.short)
    if (needed > room) break
    room -= needed
    taken.push(thing)
  }
  const shown = taken.map(({ full, short }) => {
    const more = size(full) - size(short)
    if (more > room) return short
    room -= more
    return full
  })
  return { shown, leftOut: things.length - taken.length }
}
