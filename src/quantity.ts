/** Numbers as people read them: three figures at most, with their unit. Never `NaN` or `Infinity`. */

/** What stands for a number that is not finite. */
const unknown = '–'

/** `0.34 ms`, `34 ms`, `1.2 s`, `4.5 min`, `3.1 h`, `12 d`. */
export function formatMs(ms: number): string {
  if (!Number.isFinite(ms)) return unknown
  const size = Math.abs(ms)
  if (size < 999.5) return `${figures(ms, size < 1 ? 2 : 1)} ms`
  if (size < 59_950) return `${figures(ms / 1_000, 1)} s`
  if (size < 3_597_000) return `${figures(ms / 60_000, 1)} min`
  if (size < 172_800_000) return `${figures(ms / 3_600_000, 1)} h`
  return `${figures(ms / 86_400_000, 1)} d`
}

/** `12`, `12.4 k`, `3.1 M`, `2.2 G`. */
export function formatCount(count: number): string {
  return scaled(count, 1000, ['', ' k', ' M', ' G', ' T', ' P'])
}

/** `1 call`, `12.4 k calls`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** `8 kB`, `3.1 GB`; a kB is 1024 bytes, as Postgres counts. */
export function formatBytes(bytes: number): string {
  return scaled(bytes, 1024, [' B', ' kB', ' MB', ' GB', ' TB', ' PB'])
}

/** Of a share from 0 to 1: `23 %`, `4.2 %`, `<0.1 %`. */
export function formatShare(share: number): string {
  const percent = share * 100
  if (!Number.isFinite(percent)) return unknown
  if (percent > 0 && percent < 0.05) return '<0.1 %'
  if (percent < 100 && percent > 99.5) return '>99 %'
  return `${figures(percent, 1)} %`
}

/** Of a ratio: `×2.4`. */
export function formatRatio(ratio: number): string {
  return Number.isFinite(ratio) ? `×${figures(ratio, ratio < 1 ? 2 : 1)}` : unknown
}

/** `2026-11-23 02:30 UTC`, of an ISO 8601 time. */
export function formatTime(iso: string): string {
  const parsed = new Date(iso)
  if (Number.isNaN(parsed.getTime())) return unknown
  return `${parsed.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function scaled(value: number, step: number, units: readonly string[]): string {
  if (!Number.isFinite(value)) return unknown
  let rest = value
  let unit = 0
  while (Math.abs(rest) >= step * 0.9995 && unit < units.length - 1) {
    rest /= step
    unit += 1
  }
  return `${figures(rest, unit === 0 && Number.isInteger(value) ? 0 : 1)}${units[unit]}`
}

/** Fewer decimals as the number grows; no trailing zeros. */
function figures(value: number, decimals: number): string {
  const size = Math.abs(value)
  const digits = size >= 99.95 ? 0 : size >= 9.995 ? Math.min(decimals, 1) : decimals
  const text = value.toFixed(digits)
  return digits === 0 ? text : text.replace(/\.?0+$/, '')
}
