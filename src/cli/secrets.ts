/**
 * Takes credentials out of a text before it is printed: whatever stands between `://` and the last
 * `@` of a word, which holds also for URLs too broken to be parsed, and the values of `password=`.
 * The pattern that hints teach stays.
 */
export function withoutCredentials(text: string): string {
  return text
    .replace(/:\/\/(?!USER:PASSWORD@)\S*@/g, '://***@')
    .replace(/\b(password|pgpassword)(\s*=\s*)('[^']*'|[^\s&]+)/gi, '$1$2***')
}
