import { formatCount, formatMs } from '../../quantity.ts'
import type { SeriesPoint } from '../../report.ts'
import { time } from '../report-words.ts'
import { escapeHtml } from './escape.ts'

const width = 640
const height = 160
const plot = { left: 58, right: 8, top: 26, bottom: 24 }

/**
 * A statement's time by bucket as bars, with both axes labelled and a title for those who do not
 * see it. Empty without at least two buckets.
 */
export function timeChart(series: readonly SeriesPoint[], label: string): string {
  const [first, second] = series
  const last = series.at(-1)
  if (first === undefined || second === undefined || last === undefined) return ''
  const bucketMs = Math.max(1, Date.parse(second.at) - Date.parse(first.at))
  const top = niceAtLeast(Math.max(...series.map((point) => finite(point.total_ms))))
  const bucket = formatMs(bucketMs)
  const title = `${label}: database time per ${bucket}, from ${time(first.at)} UTC, at most ${formatMs(top)}`
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">`,
    `<title>${escapeHtml(title)}</title>`,
    `<text class="axis" x="0" y="10">time per ${escapeHtml(bucket)}</text>`,
    ...[0, 0.5, 1].map((part) => gridLine(part, top)),
    ...series.map((point, i) => bar(point, i, series.length, top)),
    ...timeLabels(series, bucketMs),
    '</svg>',
  ].join('\n')
}

function finite(value: number): number {
  return Number.isFinite(value) && value > 0 ? value : 0
}

const minuteMs = 60_000
const hourMs = 3_600_000

/** The next round figure in the unit that it will be written in. */
function niceAtLeast(ms: number): number {
  // Below a nanosecond there is nothing to scale to.
  if (ms <= 1e-6) return 1
  const unit = ms > hourMs ? hourMs : ms > minuteMs ? minuteMs : 1
  const power = 10 ** Math.floor(Math.log10(ms / unit))
  const step = [1, 2, 4, 6, 8, 10].find((factor) => factor * power * unit >= ms) ?? 10
  return step * power * unit
}

function yOf(part: number): number {
  return plot.top + (1 - part) * (height - plot.top - plot.bottom)
}

function gridLine(part: number, top: number): string {
  const y = yOf(part).toFixed(1)
  const text = part === 0 ? '0' : formatMs(part * top)
  return (
    `<line class="grid" x1="${plot.left}" x2="${width - plot.right}" y1="${y}" y2="${y}"/>` +
    `<text class="axis" x="${plot.left - 6}" y="${y}" dy="4" text-anchor="end">${text}</text>`
  )
}

function bar(point: SeriesPoint, i: number, count: number, top: number): string {
  const step = (width - plot.left - plot.right) / count
  const y = yOf(Math.min(1, finite(point.total_ms) / top))
  const size = {
    x: (plot.left + i * step + step * 0.1).toFixed(1),
    width: (step * 0.8).toFixed(1),
    y: y.toFixed(1),
    height: (yOf(0) - y).toFixed(1),
  }
  const mean = point.calls > 0 ? `, ${formatMs(point.total_ms / point.calls)} each` : ''
  const title = `${time(point.at)}: ${formatMs(point.total_ms)}, ${formatCount(point.calls)} calls${mean}`
  return (
    `<rect class="bar" x="${size.x}" y="${size.y}" width="${size.width}" height="${size.height}">` +
    `<title>${escapeHtml(title)}</title></rect>`
  )
}

/** Up to five times along the axis, each at the start of its bucket. */
function timeLabels(series: readonly SeriesPoint[], bucketMs: number): string[] {
  const step = (width - plot.left - plot.right) / series.length
  const every = Math.ceil(series.length / 5)
  return series
    .map((point, i) => ({ point, i }))
    .filter(({ i }) => i % every === 0)
    .map(({ point, i }) => {
      const x = (plot.left + (i + 0.1) * step).toFixed(1)
      return `<text class="axis" x="${x}" y="${height - 6}">${time(point.at, bucketMs < 60_000)}</text>`
    })
}
