import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import type { Budget } from './budget.ts'
import type { BudgetSettings, SinkSettings } from './config-delivery.ts'
import { budgetsSchema, deliverSchema } from './config-delivery-schema.ts'
import { type JobSettingsByName, type LogLevel, logLevels } from './config-schedule.ts'
import { scheduleSchema } from './config-schedule-schema.ts'
import { dbUrlVariables } from './environment.ts'
import { ScopeError } from './errors.ts'
import type { Sink } from './sink.ts'

/** What a team may set in `supascope.config.ts` or `.json`. Every field is optional. */
export interface UserConfig {
  /** Postgres URL of the database to watch. Better kept in the environment than in a file. */
  dbUrl?: string
  /** How a command prints its result. @defaultValue 'text' */
  format?: OutputFormat
  /** Statements a report lists. @defaultValue 20 */
  top?: number
  retention?: {
    /** Hours for which every snapshot is kept; older ones are merged by the hour. @defaultValue 48 */
    snapshotHours?: number
    /** Days for which the merged hours are kept. @defaultValue 35 */
    days?: number
  }
  /** Least time between two reads of all statement texts, seconds. @defaultValue 300 */
  textIntervalSeconds?: number
  thresholds?: {
    /** A statement is slow from this mean time on, ms. @defaultValue 20 */
    slowMeanMs?: number
    /** Calls in the window below which a statement is not judged. @defaultValue 30 */
    minCalls?: number
    /** Growth of the mean from which a statement has regressed. @defaultValue 2 */
    regressionRatio?: number
    /** Growth of the mean in ms that a regression needs as well. @defaultValue 10 */
    regressionMs?: number
    /** Calls a minute from which a cheap one-row statement is chatty. @defaultValue 600 */
    chattyCallsPerMinute?: number
    /** Growth of the calls from which a statement surges. @defaultValue 3 */
    surgeRatio?: number
    /** Growth of the rows a call from which a statement's answer has grown. @defaultValue 3 */
    rowsRatio?: number
  }
  check?: {
    /** Findings that are not to be shown as open, each with its reason. */
    ignore?: IgnoreEntry[]
  }
  /** Least severe messages that `serve` and `run` log. @defaultValue 'info' */
  logLevel?: LogLevel
  schedule?: {
    /** Time zone of all cron expressions that name none. @defaultValue 'UTC' */
    timezone?: string
    /** Jobs that are to run otherwise than by default. */
    jobs?: JobSettingsByName
  }
  /** Places that results are brought to. */
  deliver?: SinkSettings[]
  /** What routes, pages and statements may take. */
  budgets?: BudgetSettings[]
}

/** Findings to ignore: those of a rule, of an object, or of both together. */
export interface IgnoreEntry {
  /** Name of the rule; `*` stands for any characters: `unused_*`. */
  rule?: string
  /** `schema.name`, `schema.table.name`, a label or the finding's key; `*` as above. */
  object?: string
  /** Why, for those who come after. */
  reason: string
  /** Until when, as `2027-01-31` or with a time. @defaultValue without end */
  until?: string
}

export type OutputFormat = 'text' | 'json' | 'markdown' | 'html'
export const outputFormats = ['text', 'json', 'markdown', 'html'] as const

type Complete<T> = T extends readonly (infer Element)[]
  ? readonly Readonly<Element>[]
  : { readonly [K in keyof T]-?: Complete<NonNullable<T[K]>> }

/** The configuration in force: complete, validated and frozen. */
export type Config = Omit<Complete<UserConfig>, 'dbUrl' | 'schedule' | 'deliver' | 'budgets'> & {
  readonly dbUrl: string | undefined
  readonly deliver: readonly Sink[]
  readonly budgets: readonly Budget[]
  readonly schedule: { readonly timezone: string; readonly jobs: Readonly<JobSettingsByName> }
}

export const defaults: Config = freeze({
  dbUrl: undefined,
  format: 'text',
  top: 20,
  retention: { snapshotHours: 48, days: 35 },
  textIntervalSeconds: 300,
  thresholds: {
    slowMeanMs: 20,
    minCalls: 30,
    regressionRatio: 2,
    regressionMs: 10,
    chattyCallsPerMinute: 600,
    surgeRatio: 3,
    rowsRatio: 3,
  },
  check: { ignore: [] },
  logLevel: 'info',
  schedule: { timezone: 'UTC', jobs: {} },
  deliver: [],
  budgets: [],
})

const positive = z.number().positive()
const whole = z.number().int().positive()
const ignoreEntrySchema = z
  .strictObject({
    rule: z.string().min(1).optional(),
    object: z.string().min(1).optional(),
    reason: z.string().min(1),
    until: z
      .string()
      .refine((text) => !Number.isNaN(Date.parse(text)), 'write a time as 2027-01-31')
      .optional(),
  })
  .refine(({ rule, object }) => rule !== undefined || object !== undefined, 'give rule or object')
const userConfigSchema = z.strictObject({
  dbUrl: z.string().min(1).optional(),
  format: z.enum(outputFormats).optional(),
  top: whole.max(1000).optional(),
  retention: z.strictObject({ snapshotHours: whole.optional(), days: whole.optional() }).optional(),
  textIntervalSeconds: z.number().nonnegative().optional(),
  thresholds: z
    .strictObject({
      slowMeanMs: positive.optional(),
      minCalls: whole.optional(),
      regressionRatio: z.number().gt(1).optional(),
      regressionMs: z.number().nonnegative().optional(),
      chattyCallsPerMinute: positive.optional(),
      surgeRatio: z.number().gt(1).optional(),
      rowsRatio: z.number().gt(1).optional(),
    })
    .optional(),
  check: z.strictObject({ ignore: z.array(ignoreEntrySchema).max(1000).optional() }).optional(),
  logLevel: z.enum(logLevels).optional(),
  schedule: scheduleSchema.optional(),
  deliver: deliverSchema.optional(),
  budgets: budgetsSchema.optional(),
})

/** Gives a `supascope.config.ts` its types: `export default defineConfig({ top: 50 })`. */
export function defineConfig(config: UserConfig): UserConfig {
  return config
}

/**
 * The configuration in force: flags over environment over file over defaults.
 *
 * @throws ScopeError SCOPE_CONFIG if the file is missing, can't be loaded or holds an invalid field.
 */
export async function loadConfig(options: {
  flags: UserConfig
  env: Record<string, string | undefined>
  /** Folder that is searched for `supascope.config.ts` and `.json`. */
  cwd: string
  /** An explicit file; it must exist. */
  file?: string | undefined
}): Promise<Config> {
  const path = findFile(options.cwd, options.file)
  const fromFile = path === undefined ? {} : validate(await importConfig(path), path)
  const dbUrl = dbUrlVariables.map((name) => options.env[name]).find((value) => value)
  const fromEnv: Settings = dbUrl === undefined ? {} : { dbUrl }
  const flags = validate(options.flags, 'the command line')
  return freeze([fromFile, fromEnv, flags].reduce<Config>(merge, defaults))
}

function findFile(cwd: string, file: string | undefined): string | undefined {
  if (file !== undefined) {
    const path = isAbsolute(file) ? file : join(cwd, file)
    if (existsSync(path)) return path
    throw new ScopeError(
      'SCOPE_CONFIG',
      `no configuration file ${file}`,
      'check the path after --config',
    )
  }
  return ['supascope.config.ts', 'supascope.config.json']
    .map((name) => join(cwd, name))
    .find((path) => existsSync(path))
}

async function importConfig(path: string): Promise<unknown> {
  try {
    const attributes = path.endsWith('.json') ? { with: { type: 'json' } } : undefined
    const module: { default?: unknown } = await import(pathToFileURL(path).href, attributes)
    return module.default
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ScopeError('SCOPE_CONFIG', `${path} can't be loaded: ${reason}`, 'mend the file', {
      cause,
    })
  }
}

/** What was set, understood. */
type Settings = Omit<UserConfig, 'deliver' | 'budgets'> &
  Partial<Pick<Config, 'deliver' | 'budgets'>>

function validate(value: unknown, where: string): Settings {
  const result = userConfigSchema.safeParse(value)
  if (result.success) return result.data as Settings
  const issue = result.error.issues[0]
  const field = issue?.path.join('.') || 'the whole'
  throw new ScopeError(
    'SCOPE_CONFIG',
    `invalid configuration in ${where}: ${field}: ${issue?.message}`,
    'see docs/configuration.md for every field and its range',
  )
}

function merge(base: Config, over: Settings): Config {
  return {
    ...base,
    ...withoutUndefined(over),
    retention: { ...base.retention, ...withoutUndefined(over.retention ?? {}) },
    thresholds: { ...base.thresholds, ...withoutUndefined(over.thresholds ?? {}) },
    check: { ...base.check, ...withoutUndefined(over.check ?? {}) },
    schedule: { ...base.schedule, ...withoutUndefined(over.schedule ?? {}) },
  } as Config
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as Partial<T>
}

function freeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (inner && typeof inner === 'object') freeze(inner)
  return Object.freeze(value)
}
