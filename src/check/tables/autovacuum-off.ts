import type { ServerState, TableFacts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { isOff } from './autovacuum-due.ts'
import { quoted, storedTables } from './own-tables.ts'

const name = 'autovacuum_off'
const title = 'Autovacuum switched off'

/** Smaller tables gather little. */
const largeBytes = 100 * 1024 * 1024

/** Autovacuum off, for all or for a table. See docs/findings/autovacuum_off.md. */
export const autovacuumOff: Rule = defineRule({
  name,
  title,
  description: 'Finds servers and tables on which autovacuum is switched off.',
  examines: 'tables and settings',
  needs: ['tables', 'server'],
  schemaOnly: true,
  judge({ tables, server }) {
    const own = storedTables(tables)
    const off = own.filter(({ options }) => isOff(options.autovacuum_enabled))
    return {
      examined: own.length + globals.length,
      findings: [...globals.flatMap((one) => ofSetting(one, server.settings)), ...off.map(ofTable)],
    }
  },
})

/** Without counts autovacuum has nothing to go by. */
const globals = ['autovacuum', 'track_counts'] as const

function ofSetting(
  setting: (typeof globals)[number],
  settings: ServerState['settings'],
): Finding[] {
  if (settings[setting]?.value !== 'off') return []
  return [
    objectFinding(
      { name, title },
      { type: 'setting', schema: null, name: setting },
      {
        level: 'ERROR',
        categories: ['PERFORMANCE', 'RELIABILITY'],
        summary: `${setting} is off`,
        detail: `${setting} is off: no table is vacuumed or analysed by itself, until the server has to do so against the exhaustion of transaction ids.`,
        remediation: `alter system set ${setting} = on;\nselect pg_reload_conf();`,
        evidence: { [setting]: 'off' },
      },
    ),
  ]
}

function ofTable(table: TableFacts): Finding {
  const bytes = table.heapBytes + table.toastBytes
  return objectFinding(
    { name, title },
    { type: table.kind, schema: table.schema, name: table.name },
    {
      level: bytes >= largeBytes ? 'ERROR' : 'WARN',
      categories: ['PERFORMANCE', 'RELIABILITY'],
      summary: `autovacuum off, ${formatBytes(bytes)}`,
      detail: `Autovacuum is switched off for ${quoted(table)} (${formatBytes(bytes)}): dead rows stay, and the planner's statistics age.`,
      remediation: `alter ${table.kind === 'matview' ? 'materialized view' : 'table'} ${quoted(table)} reset (autovacuum_enabled);`,
      evidence: { bytes },
    },
  )
}
