import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { styleText } from 'node:util'
import type { Config } from '../../config.ts'
import type { LogLevel } from '../../config-schedule.ts'
import type { Database } from '../../db/index.ts'
import { ScopeError } from '../../errors.ts'
import type { ScheduleLog } from '../../schedule/index.ts'
import type { CommandContext } from '../context.ts'
import { toScopeError } from '../failure.ts'
import { requireSchema } from './jobs/require-schema.ts'
import { createLogger } from './logger.ts'
import { passwordOf, secretRemover } from './secret-words.ts'

/** Jobs that run at a time, and the connections that they share. */
export const parallelJobs = 4

/** What scheduled and single runs both need. */
export interface Serving {
  /** For claims: what a stop cancels is not among it. */
  claims: Database
  /** For the jobs. */
  database: Database
  /** Host, process and chance: no other process has that name. */
  runner: string
  log: ScheduleLog
  describeError(error: unknown): string
}

/**
 * Opens the database twice, once for the work and once for the claims, and makes a logger.
 *
 * @throws ScopeError what is wrong with the schema
 */
export async function prepareServing(
  context: CommandContext,
  options: { logLevel?: LogLevel; color?: boolean },
): Promise<Serving> {
  const claims = await context.open({ maxConnections: 1, cancelOnStop: false })
  const work = await context.open({ maxConnections: parallelJobs + 1 })
  await requireSchema(claims.db)
  const withoutSecrets = secretRemover(secretsOf(context.config))
  const log = createLogger({
    level: options.logLevel ?? context.config.logLevel,
    readable: process.stderr.isTTY === true,
    color: options.color !== false && styleText('red', '-', { stream: process.stderr }) !== '-',
    withoutSecrets,
    write: (line) => process.stderr.write(line),
  })
  return {
    claims: claims.db,
    database: work.db,
    runner: `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`,
    log,
    describeError: (error) => {
      const { code, message } = error instanceof ScopeError ? error : toScopeError(error)
      return withoutSecrets(`${code}: ${message}`).slice(0, 1_000)
    },
  }
}

/** What the configuration holds or names, and no log may show. */
function secretsOf({ dbUrl, deliver }: Config): (string | undefined)[] {
  const named = deliver.flatMap((sink) => Object.values(sink)).map(variableOf)
  return [
    dbUrl,
    passwordOf(dbUrl),
    ...named.map((name) => (name === undefined ? undefined : process.env[name])),
  ]
}

function variableOf(value: unknown): string | undefined {
  const isNamed = value instanceof Object && 'env' in value
  return isNamed ? String(value.env) : undefined
}
