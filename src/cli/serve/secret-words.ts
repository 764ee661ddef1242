import { withoutCredentials } from '../secrets.ts'

/** Shorter ones would blank out ordinary words. */
const leastLength = 6

const patterns: readonly [RegExp, string][] = [
  // The address of a webhook is its secret.
  [/\bhttps?:\/\/hooks\.[^\s"'<>]+/gi, 'https://***'],
  [/\bhttps?:\/\/[^\s"'<>/]+\/[^\s"'<>]*(?:webhook|hook)[^\s"'<>]*/gi, 'https://***'],
  // What stands in a query string may be anything.
  [/(\bhttps?:\/\/[^\s"'<>?#]+)[?#][^\s"'<>]*/gi, '$1?***'],
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, '***'],
  [/\b(?:sb_secret|sbp|sb_publishable|ghp|gho|ghs|github_pat|xox[abp]|whsec)[_-][\w-]{6,}/g, '***'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, '$1 ***'],
  [/\b(api[_-]?key|token|secret|authorization)(["']?\s*[=:]\s*["']?)[^\s"'&,}]+/gi, '$1$2***'],
]

/**
 * Makes a function that takes secrets out of texts before they are logged or stored: those that are
 * known, in every spelling, and whatever looks like one.
 */
export function secretRemover(known: readonly (string | undefined)[]): (text: string) => string {
  const spellings = known
    .filter((secret) => secret !== undefined)
    .flatMap((secret) => [secret, encodeURIComponent(secret), decodeOr(secret)])
    .filter((secret) => secret.length >= leastLength)
    .toSorted((a, b) => b.length - a.length)
  return (text) => {
    const clean = spellings.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
    return patterns.reduce(
      (rest, [pattern, mask]) => rest.replace(pattern, mask),
      withoutCredentials(clean),
    )
  }
}

/** The password of a database URL, however broken the URL is. */
export function passwordOf(url: string | undefined): string | undefined {
  return /:\/\/[^:@/]*:(.*)@/.exec(url ?? '')?.[1]
}

function decodeOr(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
