import type { DatabaseCounters } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes, formatMs, formatShare } from '../../quantity.ts'
import { figuresOf } from '../database-figures.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'low_cache_hit'
const title = 'Reads past the cache'

/** Share of blocks that should be found in the cache over the last day. */
const wantedRecently = 0.9
/** Of figures since the reset, which hold every import and every morning, a little less matters. */
const wantedEver = 0.94
/** So many blocks must have been read at least: 800 MB. */
const leastReads = 100_000
/** Reads a minute, blocks, from which on it is a WARN: 80 MB. */
const manyReads = 10_000
const blockBytes = 8_192

/** Blocks that the whole database reads from outside its cache. See docs/findings/low_cache_hit.md. */
export const lowCacheHit: Rule = defineRule({
  name,
  title,
  description: 'Finds a database that reads much from outside its cache.',
  examines: 'databases',
  needs: ['databaseActivity', 'server'],
  counters: true,
  judge: ({ databaseActivity, server }) => {
    const { counters, source } = figuresOf(databaseActivity)
    const { blocksRead, blocksHit } = counters
    const hit = blocksHit / Math.max(1, blocksHit + blocksRead)
    const wanted = source === 'recent' ? wantedRecently : wantedEver
    const isLow = blocksRead >= leastReads && hit < wanted
    return { examined: 1, findings: isLow ? [finding(server.database, counters, hit)] : [] }
  },
})

function finding(database: string, counters: DatabaseCounters, hit: number): Finding {
  const { minutes, blocksRead } = counters
  const perMinute = minutes === null ? 0 : blocksRead / minutes
  const time = minutes === null ? 'since the last reset' : `in ${formatMs(minutes * 60_000)}`
  return objectFinding(
    { name, title },
    { type: 'database', schema: null, name: database },
    {
      level: perMinute >= manyReads ? 'WARN' : 'INFO',
      summary: `${formatShare(hit)} from cache`,
      detail:
        `${database} found ${formatShare(hit)} of its blocks in the cache and read ` +
        `${formatBytes(blocksRead * blockBytes)} from outside ${time}.`,
      remediation:
        'First see who reads: uncached_statement and top_statement name them, and an index often ends ' +
        'it. If the data in use is larger than memory (compare pg_database_size with shared_buffers ' +
        'and effective_cache_size), take a larger machine; what Postgres misses may still be in the ' +
        "operating system's cache, which io_ms of the statements tells.",
      evidence: {
        cache_hit: hit,
        blocks_read: blocksRead,
        blocks_read_per_minute: perMinute,
        minutes,
      },
    },
  )
}
