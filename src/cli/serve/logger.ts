import { styleText } from 'node:util'
import { type Logger, pino } from 'pino'
import type { LogLevel } from '../../config-schedule.ts'
import { cleanLine } from '../../render/clean-text.ts'

export interface LoggerOptions {
  level: LogLevel
  /** For people, one line a message; else JSON. */
  readable: boolean
  color: boolean
  withoutSecrets(text: string): string
  write(line: string): void
}

/** Fields whose values nobody may see, wherever they stand. */
const secretFields = /^(password|passwd|secret|token|key|apikey|authorization|url|dburl|webhook)$/i

/** pino, on whatever `write` writes to: for `serve` that is standard error. */
export function createLogger(options: LoggerOptions): Logger {
  const { level, withoutSecrets } = options
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => clean(fields, withoutSecrets) as Record<string, unknown>,
      },
      hooks: {
        logMethod(args, method) {
          const cleaned = args.map((arg) =>
            typeof arg === 'string' ? withoutSecrets(arg) : arg,
          ) as typeof args
          method.apply(this, cleaned)
        },
      },
    },
    { write: (line) => options.write(options.readable ? forPeople(line, options.color) : line) },
  )
}

function clean(value: unknown, withoutSecrets: (text: string) => string): unknown {
  if (typeof value === 'string') return withoutSecrets(value)
  if (Array.isArray(value)) return value.map((one) => clean(one, withoutSecrets))
  if (value instanceof Error) return withoutSecrets(value.message)
  if (value instanceof Date || value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      secretFields.test(name) && one != null ? '***' : clean(one, withoutSecrets),
    ]),
  )
}

const colors = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red' } as const

/** `12:00:01 info  snapshot: done in 12 ms  changed=3` */
function forPeople(line: string, color: boolean): string {
  const { time, level, msg, job, took_ms, fire_at, attempts, ...others } = JSON.parse(line)
  const rest = attempts > 1 ? { attempts, ...others } : others
  const hour = String(time).slice(11, 19)
  const name = Object.hasOwn(colors, level) ? (level as keyof typeof colors) : 'info'
  const shown = name.padEnd(5)
  const told = color ? styleText(colors[name], shown, { validateStream: false }) : shown
  const who = job === undefined ? '' : `${job}: `
  const took = took_ms === undefined ? '' : ` in ${took_ms} ms`
  const more = Object.entries(rest)
    .filter(([, value]) => value !== null)
    .map(
      ([field, value]) => `${field}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
  return `${hour} ${told} ${cleanLine([`${who}${msg ?? ''}${took}`, ...more].join('  '))}\n`
}
