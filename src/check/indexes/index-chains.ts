/**
 * Fewest indexes that begin with each of some sets of columns: a set within another one stands
 * first in its index, so that one index serves both and none of them is the prefix of another.
 *
 * @param sets - Column sets of one table, without repetitions
 * @returns For each set, by its place, the columns of the index to make
 */
export function chainColumns(sets: readonly (readonly number[])[]): (readonly number[])[] {
  const bySize = sets
    .map((set, place) => ({ set, place }))
    .sort((a, b) => a.set.length - b.set.length)
  const chains: { columns: readonly number[]; places: number[] }[] = []
  for (const { set, place } of bySize) {
    const wanted = new Set(set)
    const within = chains
      .filter(({ columns }) => columns.every((column) => wanted.has(column)))
      .toSorted((a, b) => b.columns.length - a.columns.length)[0]
    if (within === undefined) chains.push({ columns: set, places: [place] })
    else {
      const begun = new Set(within.columns)
      within.columns = [...within.columns, ...set.filter((column) => !begun.has(column))]
      within.places.push(place)
    }
  }
  return sets.map((_, place) => chains.find(({ places }) => places.includes(place))?.columns ?? [])
}
