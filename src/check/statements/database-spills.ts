import type { DatabaseCounters, ServerState } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes, plural } from '../../quantity.ts'
import { quoteIdentifier } from '../../quote.ts'
import { figuresOf } from '../database-figures.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { settingBytes } from '../setting-bytes.ts'

const name = 'database_spills'
const title = 'Much is spilled to disk'

/** Temporary files that a database may write, bytes a second. */
const mostBytesPerSecond = 1024 ** 2
/** From ten times that on it is a trouble of its own. */
const heavyFactor = 10
/** Of what the server has for caching, the part that all sorts together may take. */
const sortShare = 0.25

/** Temporary files of the whole database. See docs/findings/database_spills.md. */
export const databaseSpills: Rule = defineRule({
  name,
  title,
  description: 'Finds a database that writes many temporary files for want of working memory.',
  examines: 'databases',
  needs: ['databaseActivity', 'server'],
  counters: true,
  judge: ({ databaseActivity, server }) => {
    const { counters } = figuresOf(databaseActivity)
    const { minutes } = counters
    if (minutes === null || minutes <= 0) return { examined: 0, findings: [] }
    const rate = counters.tempBytes / (60 * minutes)
    const findings = rate >= mostBytesPerSecond ? [finding(counters, rate, server)] : []
    return { examined: 1, findings }
  },
})

function finding(counters: DatabaseCounters, rate: number, server: ServerState): Finding {
  const { tempBytes, tempFiles } = counters
  const each = tempBytes / Math.max(1, tempFiles)
  return objectFinding(
    { name, title },
    { type: 'database', schema: null, name: server.database },
    {
      level: rate >= heavyFactor * mostBytesPerSecond ? 'ERROR' : 'WARN',
      summary: `${formatBytes(rate)} of temporary files a second`,
      detail:
        `${server.database} writes ${formatBytes(rate)} of temporary files a second: ` +
        `${plural(tempFiles, 'file')} of ${formatBytes(each)} on average, with a work_mem of ` +
        `${formatBytes(settingBytes(server, 'work_mem') ?? 0)}.`,
      remediation: remedy(each, server),
      evidence: { temp_bytes_per_second: rate, temp_files: tempFiles, bytes_per_file: each },
    },
  )
}

/** Sorted data takes about twice its temporary file in memory. */
function remedy(each: number, server: ServerState): string {
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(4, (2 * each) / 1024 ** 2)))
  const connections = Number(server.settings.max_connections?.value ?? 0)
  const room = sortShare * (settingBytes(server, 'effective_cache_size') ?? 0)
  const all = wanted * 1024 ** 2 * connections
  const sums = `${wanted} MB × ${connections} connections = ${formatBytes(all)} at the worst`
  if (all <= room) {
    return `alter database ${quoteIdentifier(server.database)} set work_mem = '${wanted}MB'; -- ${sums}, within a quarter of effective_cache_size`
  }
  return (
    `More work_mem for all does not fit (${sums}; a quarter of effective_cache_size is ` +
    `${formatBytes(room)}). Give it to those who need it, which spilling_statement names:\n\n` +
    `alter function <the function> set work_mem = '${wanted}MB'; -- or set local in the transaction, or alter role <a role with few connections> set work_mem`
  )
}
