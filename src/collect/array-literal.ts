/**
 * A Postgres array of numbers or booleans as text. The driver would quote and escape each element,
 * which takes longer than all else that a snapshot does in this process.
 */
export function arrayLiteral(
  values: readonly (number | bigint | boolean | string | null)[],
): string {
  return `{${values.join(',')}}`
}
