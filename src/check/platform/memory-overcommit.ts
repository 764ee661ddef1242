import type { HostFacts, ServerState } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes } from '../../quantity.ts'
import { quoteIdentifier } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { settingBytes, sizeBytes } from '../setting-bytes.ts'

const name = 'memory_overcommit'
const title = 'More memory promised than there is'

/** Roles that have many connections at once: those of the API. */
const busyRoles = ['anon', 'authenticated', 'authenticator', 'service_role']

/** work_mem times connections. See docs/findings/memory_overcommit.md. */
export const memoryOvercommit: Rule = defineRule({
  name,
  title,
  description: 'Finds a work_mem that all connections together could not have.',
  examines: 'settings',
  needs: ['server', 'host'],
  judge: ({ server, host }) => {
    const promises = promisesOf(server, host)
    const room = settingBytes(server, 'effective_cache_size') ?? Number.POSITIVE_INFINITY
    const connections = Number(server.settings.max_connections?.value ?? 0)
    return {
      examined: promises.length,
      findings: promises
        .filter(({ bytes }) => bytes * connections > room)
        .map((promise) => finding(promise, connections, room, server.database)),
    }
  },
})

interface WorkMem {
  /** Null for all. */
  role: string | null
  bytes: number
}

function promisesOf(server: ServerState, { overrides }: HostFacts): WorkMem[] {
  const forAll = settingBytes(server, 'work_mem')
  const forRoles = overrides
    .filter((one) => one.name === 'work_mem' && one.role !== null && busyRoles.includes(one.role))
    .map(({ role, value }) => ({ role, bytes: sizeBytes(value, 'kB') ?? 0 }))
  return [...(forAll === null ? [] : [{ role: null, bytes: forAll }]), ...forRoles]
}

function finding(
  { role, bytes }: WorkMem,
  connections: number,
  room: number,
  database: string,
): Finding {
  const whose = role === null ? 'all connections' : `the role ${role}`
  // A quarter of the memory for sorting leaves the rest for caching, as the server expects.
  const fits = Math.max(1, Math.floor(room / 4 / Math.max(1, connections) / 1024 ** 2))
  const target =
    role === null ? `database ${quoteIdentifier(database)}` : `role ${quoteIdentifier(role)}`
  return objectFinding(
    { name, title },
    { type: 'setting', schema: null, name: role === null ? 'work_mem' : `${role}.work_mem` },
    {
      level: bytes * connections > 4 * room ? 'ERROR' : 'WARN',
      categories: ['RELIABILITY'],
      summary: `${formatBytes(bytes)} × ${connections} connections`,
      detail:
        `work_mem is ${formatBytes(bytes)} for ${whose}: ${connections} connections that each sort once ` +
        `take ${formatBytes(bytes * connections)}, and the server has ${formatBytes(room)} for caching ` +
        '(effective_cache_size). When memory runs out, the system ends the whole server.',
      remediation:
        `alter ${target} set work_mem = '${fits}MB'; -- for connections made from then on\n` +
        '-- and where one statement needs more: alter function <the function> set work_mem, or set local in its transaction',
      evidence: { work_mem_bytes: bytes, connections, effective_cache_bytes: room },
    },
  )
}
