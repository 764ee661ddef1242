import { CommanderError } from 'commander'
import { ScopeError } from '../errors.ts'
import { cleanLine, cleanLines } from '../render/clean-text.ts'
import { withoutCredentials } from './secrets.ts'

/** Any failure as the error that the contract knows. */
export function toScopeError(error: unknown): ScopeError {
  if (error instanceof ScopeError) return error
  if (error instanceof CommanderError) return usageError(error)
  return new ScopeError(
    'SCOPE_INTERNAL',
    `unexpected: ${firstLine(error)}`,
    'this is a bug in supascope: run it again with --verbose and report what it prints',
    { cause: error },
  )
}

/** Commander writes `error: …`, and on a second line `(Did you mean …?)`. */
function usageError(error: CommanderError): ScopeError {
  const [message = '', suggestion = ''] = error.message.replace(/^error: /, '').split('\n')
  const meant = suggestion.replace(/^\((.*)\)$/, '$1')
  // What was not understood may be anything, also a URL with a password.
  const shown = message
    .replace(/^(unknown option '[^'=]*)=.*'$/, "$1'")
    .replace(/'[^']*:\/\/.*'/, "'***'")
  const hint = [meant, 'see `supascope --help`'].filter(Boolean).join(' ')
  return new ScopeError('SCOPE_USAGE', shown, hint, { cause: error })
}

/** One line for the error and one for the remedy; with `verbose`, also where it came from. */
export function formatFailure(error: ScopeError, options: { verbose: boolean }): string {
  const lines = [
    `supascope: ${error.code}: ${cleanLine(error.message)}`,
    `hint: ${cleanLine(error.hint)}`,
    ...(options.verbose ? stacks(error).map((stack) => cleanLines(stack)) : []),
  ]
  return `${lines.map(withoutCredentials).join('\n')}\n`
}

function stacks(error: Error): string[] {
  const own = error.stack ?? error.message
  if (!(error.cause instanceof Error)) return [own]
  const [first, ...more] = stacks(error.cause)
  return [own, `caused by: ${first}`, ...more]
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n', 1)[0] || 'no reason given'
}
