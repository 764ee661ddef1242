/** Rows under a header; the first `right` columns are aligned to the right. */
export function table(header: string[], rows: string[][], right = 0): string[] {
  const rule = header.map((_, i) => (i < right ? '--:' : '---'))
  return [header, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}
