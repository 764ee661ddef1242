import { ScopeError } from '../errors.ts'
import { type FromEnvironment, isLocal, type RemoteSink, type Sink } from '../sink.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads a value that the configuration names.
 *
 * @throws ScopeError SCOPE_CONFIG if the variable is not set.
 */
export function fromEnvironment({ env }: FromEnvironment, environment: Environment): string {
  const value = environment[env]?.trim()
  if (value) return value
  throw new ScopeError(
    'SCOPE_CONFIG',
    `the environment variable ${env}, which a sink of the configuration needs, is not set`,
    `set ${env}, or take the sink out of deliver in the configuration`,
  )
}

/**
 * Makes sure of all variables before anything is claimed or sent.
 *
 * @throws ScopeError SCOPE_CONFIG
 */
export function assertVariables(sinks: readonly Sink[], environment: Environment): void {
  for (const sink of sinks) {
    if (isLocal(sink)) continue
    for (const name of variablesOf(sink)) fromEnvironment(name, environment)
  }
}

function variablesOf(sink: RemoteSink): FromEnvironment[] {
  switch (sink.type) {
    case 'email':
      return [sink.user, sink.password].filter((name) => name !== undefined)
    case 'webhook':
      return [sink.url, sink.secret]
    default:
      return [sink.url]
  }
}

/** Every secret of a sink, and the parts and spellings in which it could turn up. */
export function secretsOf(sink: RemoteSink, environment: Environment): string[] {
  const values = variablesOf(sink)
    .filter((name) => sink.type !== 'email' || name !== sink.user)
    .map(({ env }) => environment[env]?.trim())
    .filter((value) => value !== undefined && value !== '')
  return values.flatMap((value) => spellings(String(value))).toSorted((a, b) => b.length - a.length)
}

/** Shorter parts would blank out ordinary words. */
const leastPart = 6

function spellings(value: string): string[] {
  const parts = [value, ...urlParts(value)]
  const all = parts.flatMap((part) => [
    part,
    encodeURIComponent(part),
    JSON.stringify(part).slice(1, -1),
    Buffer.from(part).toString('base64'),
  ])
  return all.filter((part, i) => i === 0 || part.length >= leastPart)
}

function urlParts(value: string): string[] {
  if (!URL.canParse(value)) return [value.replace(/^whsec_/, '')]
  const { pathname, search, username, password } = new URL(value)
  return [pathname + search, pathname, ...pathname.split('/'), search, username, password].map(
    (part) => decodeOr(part),
  )
}

function decodeOr(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Takes secrets out of a text of someone else, and makes it one short line. */
export function scrub(text: string, secrets: readonly string[]): string {
  const clean = secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
  return clean
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
    .slice(0, 200)
    .toWellFormed()
}
