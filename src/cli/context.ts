import { type Config, loadConfig, type OutputFormat, type UserConfig } from '../config.ts'
import { type Capabilities, type Connection, connect, detectCapabilities } from '../db/index.ts'
import { dbUrlVariables } from '../environment.ts'
import { ScopeError } from '../errors.ts'
import type { Interruption } from './interruption.ts'
import { createLog, type Log } from './log.ts'
import { writeToFile, writeToStdout } from './output.ts'

/** The options that commands share, as commander hands them over. */
export interface SharedOptions {
  config?: string
  verbose?: boolean
  /** False with `--no-color`. */
  color?: boolean
  dbUrl?: string
  format?: OutputFormat
  output?: string
  top?: number
}

/** A database that answered, and what it is. */
export interface OpenDatabase extends Connection {
  capabilities: Capabilities
}

export interface OpenOptions {
  /** @defaultValue 2 */
  maxConnections?: number
  /** Whether what runs there is cancelled when the process is asked to stop. @defaultValue true */
  cancelOnStop?: boolean
}

/** What a command gets to work with. */
export interface CommandContext {
  config: Config
  /** The format to print in: one that the command has. */
  format: OutputFormat
  /** Columns of the terminal; 80 where there is none. */
  width: number
  /** Whether the result may hold ANSI colours. */
  color: boolean
  log: Log
  interruption: Interruption
  /** Opens the configured database; it is closed when the command ends, however it ends. */
  open(options?: OpenOptions): Promise<OpenDatabase>
  /** Prints the result, or writes it to the file after `--output`. False if its reader has left. */
  print(result: string): Promise<boolean>
}

export interface Scope {
  context: CommandContext
  close(): Promise<void>
}

/** Puts together what a command needs from its options, the environment and the configuration. */
export async function createContext(
  options: SharedOptions,
  formats: readonly OutputFormat[],
  interruption: Interruption,
): Promise<Scope> {
  const config = await loadConfig({
    flags: userConfig(options),
    env: process.env,
    cwd: process.cwd(),
    file: options.config,
  })
  const log = createLog(process.stderr)
  const opened: Connection[] = []
  const context: CommandContext = {
    config,
    format: formats.includes(config.format) ? config.format : 'text',
    width: process.stdout.columns || 80,
    color: options.output === undefined && wantsColor(options),
    log,
    interruption,
    async open(how = {}) {
      const connection = await openConnection(config, log, how)
      opened.push(connection)
      if (how.cancelOnStop !== false) interruption.onStop(() => connection.cancel())
      return { ...connection, capabilities: await detectCapabilities(connection.db) }
    },
    async print(result) {
      log.clear()
      if (options.output === undefined) return writeToStdout(result)
      await writeToFile(options.output, result, interruption)
      return true
    },
  }
  const close = async (): Promise<void> => {
    log.clear()
    await Promise.all(opened.map((connection) => connection.close()))
  }
  return { context, close }
}

function userConfig({ dbUrl, format, top }: SharedOptions): UserConfig {
  return {
    ...(dbUrl === undefined ? {} : { dbUrl }),
    ...(format === undefined ? {} : { format }),
    ...(top === undefined ? {} : { top }),
  }
}

async function openConnection(
  config: Config,
  log: Log,
  { maxConnections = 2 }: OpenOptions,
): Promise<Connection> {
  if (config.dbUrl === undefined) {
    throw new ScopeError(
      'SCOPE_DB_URL',
      'no database URL is given',
      `add --db-url postgresql://USER:PASSWORD@HOST:5432/postgres or set ${dbUrlVariables.join(', ')}`,
    )
  }
  log.status('connecting…')
  const connection = await connect({ url: config.dbUrl, maxConnections })
  log.clear()
  return connection
}

/** FORCE_COLOR over NO_COLOR over the terminal, as Node itself decides. */
function wantsColor(options: SharedOptions): boolean {
  if (options.color === false) return false
  const { FORCE_COLOR: force, NO_COLOR: no } = process.env
  if (force !== undefined) return force !== '0' && force !== 'false'
  if (no) return false
  return process.stdout.isTTY === true && process.env.TERM !== 'dumb'
}
