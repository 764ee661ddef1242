import type { AutovacuumWorker, HostFacts, ServerState } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatMs, formatShare } from '../../quantity.ts'
import { quoteName } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { setServerSetting } from '../platform/set-server-setting.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'autovacuum_busy'
const title = 'Autovacuum can not keep up'

const longMs = 60 * 60_000
/** By then it is throttled, starved or held up. */
const veryLongMs = 12 * 60 * 60_000

/** Workers that are all busy, or one that is for hours. See docs/findings/autovacuum_busy.md. */
export const autovacuumBusy: Rule = defineRule({
  name,
  title,
  description:
    'Finds autovacuum workers that run for hours, and servers whose workers are all busy.',
  examines: 'workers',
  needs: ['autovacuumWorkers', 'server', 'host'],
  judge({ autovacuumWorkers, server, host }, { now }) {
    const most = Number(server.settings.autovacuum_max_workers?.value ?? 0)
    const long = autovacuumWorkers.filter((worker) => runningMs(worker, now) > longMs)
    return {
      examined: autovacuumWorkers.length,
      findings: [
        ...long.map((worker) => ofWorker(worker, runningMs(worker, now), { server, host })),
        ...(most > 0 && autovacuumWorkers.length >= most
          ? [allBusy(autovacuumWorkers, most, host)]
          : []),
      ],
    }
  },
})

function runningMs({ startedAt }: AutovacuumWorker, now: string): number {
  return startedAt === null ? 0 : Date.parse(now) - Date.parse(startedAt)
}

function ofWorker(
  worker: AutovacuumWorker,
  ms: number,
  { server: { settings }, host }: { server: ServerState; host: HostFacts },
): Finding {
  const { schema, table, database, pid, phase, scanned, wraparound, indexPasses } = worker
  const what = schema === null || table === null ? `database ${database}` : quoteName(schema, table)
  const progress = scanned === null ? '' : `, ${formatShare(scanned)} of its pages scanned`
  const delay = settings.autovacuum_vacuum_cost_delay?.value ?? '?'
  const passes =
    (indexPasses ?? 0) > 1
      ? `-- It goes over the indexes again and again: more memory helps.\n${setServerSetting('autovacuum_work_mem', '1GB', host)}\n`
      : ''
  return objectFinding(
    { name, title },
    { type: 'table', schema: schema ?? null, name: table ?? `${database}:${pid}` },
    {
      level: ms > veryLongMs ? 'ERROR' : 'WARN',
      categories: ['PERFORMANCE', 'RELIABILITY'],
      summary: `worker on ${what} for ${formatMs(ms)}`,
      detail: `An autovacuum worker (pid ${pid}) has been ${phase ?? 'at work'} on ${what} for ${formatMs(ms)}${progress}${wraparound ? '; it works against the exhaustion of transaction ids and gives way to nobody' : ''}.`,
      remediation: `${passes}-- Let workers go faster (their delay is ${delay} ms); do not end it.\n${setServerSetting('autovacuum_vacuum_cost_limit', '2000', host)}`,
      evidence: {
        pid,
        running_ms: ms,
        scanned_share: scanned,
        index_passes: indexPasses,
        wraparound,
      },
    },
  )
}

function allBusy(workers: readonly AutovacuumWorker[], most: number, host: HostFacts): Finding {
  return objectFinding(
    { name, title },
    { type: 'setting', schema: null, name: 'autovacuum_max_workers' },
    {
      level: 'WARN',
      categories: ['PERFORMANCE', 'RELIABILITY'],
      summary: `all ${most} workers are busy`,
      detail: `All ${most} autovacuum workers are busy: tables that are due wait for one to be free.`,
      remediation: [
        '-- More workers share one cost limit: raise both. Before PostgreSQL 18 the first takes a restart.',
        setServerSetting('autovacuum_max_workers', '6', host),
        setServerSetting('autovacuum_vacuum_cost_limit', '2000', host),
      ].join('\n'),
      evidence: { workers: workers.length, autovacuum_max_workers: most },
    },
  )
}
