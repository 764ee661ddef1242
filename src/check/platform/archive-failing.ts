import type { HostFacts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatTime, plural } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { isManagedHost } from './set-server-setting.ts'

const name = 'archive_failing'
const title = 'WAL is not archived'

/** Archiving whose last try failed. On a managed host it is the provider's. See docs/findings/archive_failing.md. */
export const archiveFailing: Rule = defineRule({
  name,
  title,
  description: 'Finds a server of your own whose archiving of WAL fails.',
  examines: 'servers',
  needs: ['host'],
  judge: ({ host }) => {
    const { archiver } = host
    if (archiver === null || isManagedHost(host)) return { examined: 0, findings: [] }
    return { examined: 1, findings: isFailing(archiver) ? [finding(archiver)] : [] }
  },
})

type Archiver = NonNullable<HostFacts['archiver']>

/** What failed once and was archived since is mended. */
function isFailing({ lastFailedAt, lastArchivedAt }: Archiver): boolean {
  if (lastFailedAt === null) return false
  return lastArchivedAt === null || Date.parse(lastFailedAt) > Date.parse(lastArchivedAt)
}

function finding({ failed, archived, lastFailedAt, lastArchivedAt }: Archiver): Finding {
  const last = lastArchivedAt === null ? 'never' : `last at ${formatTime(lastArchivedAt)}`
  return objectFinding(
    { name, title },
    { type: 'setting', schema: null, name: 'archive_command' },
    {
      level: 'ERROR',
      categories: ['RELIABILITY'],
      summary: `${plural(failed, 'failure')}, archived ${last}`,
      detail:
        `Archiving of WAL fails (${plural(failed, 'time')}, last at ` +
        `${lastFailedAt === null ? 'an unknown time' : formatTime(lastFailedAt)}), and worked ${last}: ` +
        'backups can’t be restored up to now, and the WAL piles up until the disk is full.',
      remediation:
        "The server's log has the error of the command. Mend it (room, rights, network at the archive); " +
        'the server then tries again by itself: select * from pg_stat_archiver;',
      evidence: {
        failed,
        archived,
        last_failed_at: lastFailedAt,
        last_archived_at: lastArchivedAt,
      },
    },
  )
}
