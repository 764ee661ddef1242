import type { Finding, FindingLevel } from '../../finding.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { isManagedHost } from './set-server-setting.ts'

const name = 'unsafe_settings'
const title = 'Data is not safe'

interface Danger {
  setting: string
  level: FindingLevel
  why: string
  remedy: string
}

const dangers: readonly Danger[] = [
  {
    setting: 'fsync',
    level: 'ERROR',
    why: 'a crash of the machine leaves the whole cluster broken beyond repair',
    remedy: 'alter system set fsync = on; select pg_reload_conf();',
  },
  {
    setting: 'full_page_writes',
    level: 'ERROR',
    why: 'a page that was half written in a crash stays half written',
    remedy: 'alter system set full_page_writes = on; select pg_reload_conf();',
  },
  {
    setting: 'data_checksums',
    level: 'INFO',
    why: 'a block that the disk spoils goes unnoticed, into the backups as well',
    remedy: 'Stop the server, run pg_checksums --enable -D <data directory>, and start it again.',
  },
]

/**
 * Settings that a crash punishes. On a managed host they are the provider's, who may have other
 * means, and a team can't change them: the rule is silent there. See docs/findings/unsafe_settings.md.
 */
export const unsafeSettings: Rule = defineRule({
  name,
  title,
  description: 'Finds settings of a server of your own with which a crash loses data.',
  examines: 'settings',
  needs: ['server', 'host'],
  judge: ({ server, host }) => {
    if (isManagedHost(host)) return { examined: 0, findings: [] }
    const off = dangers.filter(({ setting }) => server.settings[setting]?.value === 'off')
    return { examined: dangers.length, findings: off.map(finding) }
  },
})

function finding({ setting, level, why, remedy }: Danger): Finding {
  return objectFinding(
    { name, title },
    { type: 'setting', schema: null, name: setting },
    {
      level,
      categories: ['RELIABILITY'],
      summary: `${setting} is off`,
      detail: `${setting} is off: ${why}.`,
      remediation: remedy,
      evidence: { setting, value: 'off' },
    },
  )
}
