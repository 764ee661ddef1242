import { isManaged, type TableGrowth } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes, formatRatio, formatShare, formatTime } from '../../quantity.ts'
import { quoteLiteral, quoteName } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'table_growth'
const title = 'Table grows fast'

/** In half a day. */
const leastGrowth = 0.2
const leastBytes = 100 * 1024 * 1024
const heavyBytes = 10 * 1024 * 1024 * 1024
/** As fast as this compared with the week before is its usual pace. */
const usual = 3

/** Tables that grow by a fifth in half a day. See docs/findings/table_growth.md. */
export const tableGrowth: Rule = defineRule({
  name,
  title,
  description:
    'Finds tables that grew by a fifth within twelve hours, faster than they usually do.',
  examines: 'tables',
  needs: ['tableGrowth'],
  judge({ tableGrowth }) {
    const own = tableGrowth.filter((one) => !isManaged(one) && one.before !== null)
    const paces = own.flatMap((one) => paceOf(one) ?? [])
    return { examined: own.length, findings: paces.filter(isSudden).map(finding) }
  },
})

interface Pace {
  table: TableGrowth
  grown: number
  share: number
  /** Bytes an hour, now and in the week before. */
  pace: number
  usualPace: number | null
  since: string
}

function paceOf(table: TableGrowth): Pace | null {
  const { now, before, weekBefore } = table
  if (before === null) return null
  const grown = now.bytes - before.bytes
  return {
    table,
    grown,
    share: grown / Math.max(1, before.bytes),
    pace: grown / hours(before.at, now.at),
    usualPace:
      weekBefore === null || weekBefore.at >= before.at
        ? null
        : (before.bytes - weekBefore.bytes) / hours(weekBefore.at, before.at),
    since: before.at,
  }
}

function hours(from: string, to: string): number {
  return Math.max(1, (Date.parse(to) - Date.parse(from)) / 3_600_000)
}

/** What always grows so fast is known; a table made lately has no usual pace. */
function isSudden({ grown, share, pace, usualPace }: Pace): boolean {
  if (grown < leastBytes || share < leastGrowth) return false
  return usualPace === null || pace > usual * usualPace
}

function finding({ table, grown, share, pace, usualPace, since }: Pace): Finding {
  const what = quoteName(table.schema, table.table)
  const compared =
    usualPace === null || usualPace <= 0 ? '' : `, ${formatRatio(pace / usualPace)} its usual pace`
  return objectFinding(
    { name, title },
    { type: 'table', schema: table.schema, name: table.table },
    {
      level: grown >= heavyBytes ? 'ERROR' : 'WARN',
      categories: ['PERFORMANCE', 'RELIABILITY'],
      summary: `grew by ${formatBytes(grown)} (${formatShare(share)}) since ${formatTime(since)}`,
      detail: `${what} grew by ${formatBytes(grown)} (${formatShare(share)}) since ${formatTime(since)}, ${formatBytes(pace)} an hour${compared}; it takes ${formatBytes(table.now.bytes)} now.`,
      remediation: `-- Rows, or dead rows and indexes?\nselect n_live_tup, n_dead_tup, n_tup_ins, n_tup_upd,\n  pg_size_pretty(pg_table_size(relid)) as table_size, pg_size_pretty(pg_indexes_size(relid)) as indexes\nfrom pg_stat_user_tables where relid = ${quoteLiteral(what)}::regclass;`,
      evidence: {
        bytes: table.now.bytes,
        grown_bytes: grown,
        grown_share: share,
        bytes_per_hour: pace,
        usual_bytes_per_hour: usualPace,
      },
    },
  )
}
