import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PostgresServer } from '../../src/local/postgres/index.ts'

/** Of Linux, whatever its kernel was built with. */
const tickMs = 10

/**
 * Processor time of a server since its start, ms: of its processes that run, and of those that
 * ended. Unlike throughput it hardly depends on what else the machine does. Linux only.
 */
export function serverCpu({ dataDirectory }: PostgresServer): number {
  const [postmaster = ''] = readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n')
  let ticks = 0
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const stat = readStat(pid)
    if (stat === null) continue
    const isServer = pid === postmaster.trim()
    if (!isServer && stat.parent !== postmaster.trim()) continue
    ticks += stat.own + (isServer ? stat.ended : 0)
  }
  return ticks * tickMs
}

/** Null for a process that has just ended. */
function readStat(pid: string): { parent: string; own: number; ended: number } | null {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return null
  }
  // The name in parentheses may hold anything, so count from behind it: state, ppid, …
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15).map(Number)
  return { parent: fields[1] ?? '', own: utime + stime, ended: cutime + cstime }
}
