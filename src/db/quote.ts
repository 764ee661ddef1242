/**
 * For SQL that is shown to people as a remedy. What Supascope itself runs is parametrised.
 */

export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replace(/"/g, '""')}"`
}

export function quoteLiteral(text: string): string {
  return `'${text.replace(/'/g, "''")}'`
}
