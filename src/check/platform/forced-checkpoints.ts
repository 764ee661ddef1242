import type { CheckpointFacts, HostFacts, ServerState } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes, formatShare, plural } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { settingBytes } from '../setting-bytes.ts'
import { setServerSetting } from './set-server-setting.ts'

const name = 'forced_checkpoints'
const title = 'Checkpoints come early'

/** Share of checkpoints that something other than the clock began. */
const leastShare = 0.3
const leastCheckpoints = 10
/** Of an hour, from which on they are a WARN; the clock begins 12. */
const manyPerHour = 4

/** Checkpoints begun for want of WAL space. See docs/findings/forced_checkpoints.md. */
export const forcedCheckpoints: Rule = defineRule({
  name,
  title,
  description: 'Finds a server whose checkpoints come before their time, for want of WAL space.',
  examines: 'servers',
  needs: ['checkpoints', 'server', 'host'],
  counters: true,
  judge: ({ checkpoints, server, host }, { now }) => {
    const { timed, requested } = checkpoints
    const isForced =
      timed + requested >= leastCheckpoints && requested >= leastShare * (timed + requested)
    const findings = isForced ? [finding(checkpoints, server, host, now)] : []
    return { examined: 1, findings }
  },
})

function finding(
  { timed, requested, since }: CheckpointFacts,
  server: ServerState,
  host: HostFacts,
  now: string,
): Finding {
  const hours = since === null ? null : (Date.parse(now) - Date.parse(since)) / 3_600_000
  const perHour = hours === null || !(hours > 0) ? null : requested / hours
  const share = requested / (timed + requested)
  const size = settingBytes(server, 'max_wal_size') ?? 1024 ** 3
  const wanted = `${Math.ceil((2 * size) / 1024 ** 3)}GB`
  return objectFinding(
    { name, title },
    { type: 'setting', schema: null, name: 'max_wal_size' },
    {
      level: perHour !== null && perHour >= manyPerHour ? 'WARN' : 'INFO',
      summary: `${formatShare(share)} of checkpoints forced`,
      detail:
        `${plural(requested, 'checkpoint')} of ${timed + requested} did not wait for the clock: more ` +
        `than max_wal_size (${formatBytes(size)}) was written, or someone asked for one. After each, ` +
        'the first change of a page writes the whole page to the WAL again.',
      remediation:
        `Give it more room, if the disk has it: ${setServerSetting('max_wal_size', wanted, host)}\n` +
        'and see who writes: wal_heavy_statement. Backups, create database and ' +
        'checkpoint by hand count too, and are fine.',
      evidence: { requested, timed, requested_share: share, requested_per_hour: perHour },
    },
  )
}
