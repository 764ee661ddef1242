/** Orders versions of extensions: `1.9` comes before `1.10`. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
