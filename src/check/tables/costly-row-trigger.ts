import { isManaged, type TableUsage, type TriggerFacts } from '../../facts/index.ts'
import type { Finding, FindingLevel } from '../../finding.ts'
import { formatCount, formatMs, formatShare, plural } from '../../quantity.ts'
import { quoteName } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { type TriggerWork, triggerWork } from './trigger-work.ts'

const name = 'costly_row_trigger'
const title = 'Row trigger that costs'

/** Rows written since the counters began, and their share of all that were. */
const leastWrites = 10_000
const leastShare = 0.05
/** Half of all that is written goes through it. */
const heavyShare = 0.5
/** Where the server measures functions: mean of a run, and share of the time that went by. */
const leastMeanMs = 0.1
const heavyTime = 0.01

interface Cost {
  trigger: TriggerFacts
  work: TriggerWork | null
  writes: number
  share: number
  /** Of one run; null if it is not measured. */
  meanMs: number | null
  /** Of all that went by since the counters began; null likewise. */
  timeShare: number | null
}

/** Triggers that run queries for every row of many. See docs/findings/costly_row_trigger.md. */
export const costlyRowTrigger: Rule = defineRule({
  name,
  title,
  description: 'Finds triggers that run queries for each row of tables that are written much.',
  examines: 'row triggers',
  needs: ['triggers', 'tableUsage'],
  counters: true,
  judge({ triggers, tableUsage }, { statisticsMinutes }) {
    const usage = new Map(tableUsage.map((one) => [one.oid, one]))
    const total = tableUsage.reduce((sum, one) => sum + one.inserted + one.updated + one.deleted, 0)
    const own = triggers.filter(isJudged)
    const costs = own.flatMap((trigger) => {
      const counted = usage.get(trigger.tableOid)
      return counted === undefined ? [] : [costOf(trigger, counted, total, statisticsMinutes)]
    })
    return { examined: own.length, findings: costs.filter(isCostly).map(finding) }
  },
})

/** Of views INSTEAD OF triggers are the only way. */
function isJudged(trigger: TriggerFacts): boolean {
  return (
    trigger.enabled && trigger.eachRow && trigger.timing !== 'instead of' && !isManaged(trigger)
  )
}

function costOf(
  trigger: TriggerFacts,
  usage: TableUsage,
  total: number,
  minutes: number | null,
): Cost {
  const counts = {
    insert: usage.inserted,
    update: usage.updated,
    delete: usage.deleted,
    truncate: 0,
  }
  const writes = trigger.events.reduce((sum, event) => sum + counts[event], 0)
  const { calls, totalMs } = trigger.function
  const measured = calls !== null && totalMs !== null && calls > 0
  return {
    trigger,
    work: triggerWork(trigger),
    writes,
    share: writes / Math.max(1, total),
    meanMs: measured ? totalMs / calls : null,
    timeShare: measured && minutes !== null ? totalMs / (Math.max(1, minutes) * 60_000) : null,
  }
}

/** What was measured counts; else what its body does. */
function isCostly({ work, writes, share, meanMs }: Cost): boolean {
  if (writes < leastWrites || share < leastShare) return false
  if (meanMs !== null) return meanMs >= leastMeanMs
  return work !== null && (work.queries > 0 || work.requests)
}

function levelOf({ share, timeShare, trigger, meanMs }: Cost): FindingLevel {
  if (timeShare !== null) return timeShare >= heavyTime ? 'WARN' : 'INFO'
  // With a condition fewer rows than are written may fire it.
  return share >= heavyShare && !trigger.conditional && meanMs === null ? 'WARN' : 'INFO'
}

function finding(cost: Cost): Finding {
  const { trigger, work, writes, share, meanMs, timeShare } = cost
  const table = quoteName(trigger.schema, trigger.table)
  const body = quoteName(trigger.function.schema, trigger.function.name)
  const does = doing(work, meanMs)
  return objectFinding(
    { name, title },
    { type: 'trigger', schema: trigger.schema, table: trigger.table, name: trigger.name },
    {
      level: levelOf(cost),
      summary: `${does} for each of ${formatCount(writes)} rows`,
      detail: `The trigger ${trigger.name} of ${table} calls ${body}() for each row${trigger.conditional ? ' that meets its condition' : ''}: ${does}, and ${plural(writes, 'row')} were written since the counters began, ${formatShare(share)} of all.`,
      remediation: remedy(trigger, work),
      evidence: {
        writes,
        share_of_writes: share,
        queries: work?.queries ?? null,
        http_requests: work?.requests ?? null,
        mean_ms: meanMs,
        share_of_time: timeShare,
      },
    },
  )
}

function doing(work: TriggerWork | null, meanMs: number | null): string {
  if (meanMs !== null) return `${formatMs(meanMs)} a run`
  if (work?.requests) return 'an HTTP request'
  const queries = work?.queries ?? 0
  return queries === 1 ? '1 query' : `${queries} queries`
}

function remedy({ timing, events }: TriggerFacts, work: TriggerWork | null): string {
  if (work?.requests) {
    return '-- Write to a queue table instead, and let a job send many at once.'
  }
  if (timing === 'before') {
    return '-- Set columns of the row here, and move the queries into a trigger\n-- after … for each statement, with a transition table.'
  }
  const tables = events
    .filter((event) => event !== 'truncate')
    .map((event) => (event === 'delete' ? 'old table as removed' : 'new table as written'))
  return `-- One run a statement (and an event) for all its rows at once:\n-- create trigger … after ${events[0] ?? 'insert'} …\n--   referencing ${tables[0] ?? 'new table as written'}\n--   for each statement execute function …;\n-- its function joins the transition table in one query.`
}
