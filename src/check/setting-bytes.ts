import type { ServerState } from '../facts/index.ts'

const units: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
}

/** A setting of size in bytes; null if it is unknown, or no size. */
export function settingBytes(
  { settings }: Pick<ServerState, 'settings'>,
  name: string,
): number | null {
  const setting = settings[name]
  return setting === undefined ? null : sizeBytes(setting.value, setting.unit)
}

/**
 * A size as settings are written: `4MB`, `2184kB`, or a bare number of `unit`, which may be a number
 * of bytes itself (`8kB`).
 */
export function sizeBytes(value: string, unit: string | null): number | null {
  const [, number, own = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*$/.exec(value) ?? []
  const [, times = '', of = ''] = /^(\d*)([a-zA-Z]+)$/.exec(own === '' ? (unit ?? '') : own) ?? []
  const bytes = Number(number) * (times === '' ? 1 : Number(times)) * (units[of] ?? Number.NaN)
  return Number.isFinite(bytes) ? bytes : null
}
