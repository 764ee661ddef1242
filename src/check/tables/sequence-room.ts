import type { SequenceFacts } from '../../facts/index.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'

/** The largest value of each integer type. */
const largest: Readonly<Record<string, number>> = {
  int2: 2 ** 15 - 1,
  int4: 2 ** 31 - 1,
  int8: 2 ** 63,
}

/** The end of the way in the direction in which it counts: its own, or that of its column's type. */
export function highest({ maxValue, minValue, increment, column }: SequenceFacts): number {
  const type = column === null ? undefined : largest[column.typeName]
  const held = type ?? Number.POSITIVE_INFINITY
  return increment > 0 ? Math.min(maxValue, held) : Math.max(minValue, -held)
}

/** The column gives out before the sequence does. */
export function isBoundByColumn(sequence: SequenceFacts): boolean {
  const { maxValue, minValue, increment } = sequence
  return highest(sequence) !== (increment > 0 ? maxValue : minValue)
}

/** How much of the way it has gone, 0 to 1. */
export function shareUsed(sequence: SequenceFacts): number {
  const { lastValue, minValue, maxValue, increment } = sequence
  if (lastValue === null) return 0
  const begin = increment > 0 ? minValue : maxValue
  const way = highest(sequence) - begin
  return way === 0 ? 1 : Math.min(1, Math.max(0, (lastValue - begin) / way))
}

/** The SQL that gives it more room. */
export function widen(sequence: SequenceFacts): string {
  const { column, increment, schema, name } = sequence
  const own = `alter sequence ${quoteName(schema, name)} ${increment > 0 ? 'no maxvalue' : 'no minvalue'};`
  if (column === null || column.typeName === 'int8') {
    return `alter sequence ${quoteName(schema, name)} as bigint;\n${own}`
  }
  const table = quoteName(column.schema, column.table)
  const held = quoteIdentifier(column.name)
  return `-- Rewrites the table under an exclusive lock: of a large one rather
-- fill a new column in steps, and swap the two. Before it, change the
-- columns that refer to it.
alter table ${table} alter column ${held} type bigint;
alter sequence ${quoteName(schema, name)} as bigint;
${own}`
}
