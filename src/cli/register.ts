import { type Command, Option } from 'commander'
import type { OutputFormat } from '../config.ts'
import { dbUrlVariables } from '../environment.ts'
import { ScopeError } from '../errors.ts'
import type { CommandContext, SharedOptions } from './context.ts'
import type { Interruption } from './interruption.ts'

/** One run of the program. */
export interface Application {
  interruption: Interruption
  /** What the command that ran wants the process to exit with. */
  status: number
}

/** What a command does, with its options and its arguments as `args`; its number is the exit status. */
export type Run<Options> = (context: CommandContext, options: Options) => Promise<number>

/**
 * Gives a command its action: the context is made, the command runs, and whatever it has opened is
 * closed. The code of a command is loaded only when it runs, so that help and wrong usage answer at
 * once, and `start` costs the others nothing.
 */
export function runs<Options extends object>(
  command: Command,
  app: Application,
  formats: readonly OutputFormat[],
  load: () => Promise<Run<Options>>,
): void {
  command.action(async () => {
    const options: Options & SharedOptions = { ...command.opts(), args: command.args }
    const { createContext } = await import('./context.ts')
    const { context, close } = await createContext(options, formats, app.interruption)
    try {
      const run = await load()
      app.status = await run(context, options)
    } finally {
      await close()
    }
  })
}

/** `--db-url` */
export function withDatabase(command: Command): Command {
  return command.option('--db-url <url>', `database to watch (else ${dbUrlVariables.join(', ')})`)
}

/** `--format` and `--output` */
export function withOutput(command: Command, formats: readonly OutputFormat[]): Command {
  return command
    .addOption(new Option('--format <format>', 'how to print the result').choices(formats))
    .option('--output <file>', 'write the result into a file, whole or not at all')
}

/** `--config`, `--verbose`, `--no-color` */
export function withCommon(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (else supascope.config.ts or .json here)')
    .option('--verbose', 'with an error, print where it came from')
    .option('--no-color', 'print no colours')
}

/** For an option that takes a whole number. */
export function wholeNumber(option: string, from: number, to: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (value >= from && value <= to) return value
    throw new ScopeError(
      'SCOPE_USAGE',
      `${option} takes a whole number, not '${text}'`,
      `give a number from ${from} to ${to}`,
    )
  }
}
