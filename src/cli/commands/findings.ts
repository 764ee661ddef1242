import type { Decision, StoredFinding } from '../../analyze/findings/index.ts'
import { decideFinding, readFindings } from '../../collect/findings/index.ts'
import { schemaProblem, schemaState, shippedMigrations } from '../../db/index.ts'
import { ScopeError } from '../../errors.ts'
import type { FindingState } from '../../finding.ts'
import type { CommandContext, OpenDatabase } from '../context.ts'
import { findingsJson, findingsMarkdown, findingsText } from '../findings/print-findings.ts'
import { parseEnd } from '../time-span.ts'
import { userName } from '../user-name.ts'

export interface FindingsOptions {
  args?: string[]
  state?: FindingState
  all?: boolean
  reason?: string
  until?: string
  by?: string
}

export async function findings(context: CommandContext, options: FindingsOptions): Promise<number> {
  const [action = 'list', key] = options.args ?? []
  if (action !== 'list') return decideOne(context, action as Action, key, options)
  refuse(key !== undefined, 'list takes no key', 'leave the key out; --state chooses what to list')
  refuseDecisionOptions(options)
  const all = await readFindings((await openWithSchema(context)).db)
  await print(context, all.filter((stored) => isListed(stored, options)).toSorted(byUrgency))
  return 0
}

type Action = 'ack' | 'ignore' | 'reopen'

async function decideOne(
  context: CommandContext,
  action: Action,
  key: string | undefined,
  options: FindingsOptions,
): Promise<number> {
  if (key === undefined) {
    throw new ScopeError(
      'SCOPE_USAGE',
      `findings ${action} needs the key of a finding`,
      'list the keys: supascope findings --all',
    )
  }
  refuse(
    options.state !== undefined || options.all === true,
    '--state and --all belong to the list',
    `leave them out of findings ${action}`,
  )
  const decision = decisionOf(action, options)
  const { db } = await openWithSchema(context)
  const { before, after } = await decideFinding(db, key, decision, options.by ?? userName())
  if (after === before) context.log.note(`${before.finding.cacheKey} is ${before.state}: no change`)
  await print(context, [after])
  return 0
}

function decisionOf(action: Action, options: FindingsOptions): Decision {
  const reason = options.reason?.trim() || null
  refuse(
    action !== 'ignore' && options.until !== undefined,
    '--until belongs to findings ignore',
    'leave it out',
  )
  refuse(action === 'reopen' && reason !== null, 'reopen takes no --reason', 'leave it out')
  if (action === 'reopen') return { kind: 'reopen' }
  if (action === 'ack') return { kind: 'acknowledge', reason }
  if (reason === null) {
    throw new ScopeError(
      'SCOPE_USAGE',
      'findings ignore needs a reason',
      'say why, for those who come after: --reason "kept for the yearly export"',
    )
  }
  const until = options.until === undefined ? null : parseEnd(options.until, '--until', new Date())
  return { kind: 'ignore', reason, until: until?.toISOString() ?? null }
}

function refuseDecisionOptions({ reason, until, by }: FindingsOptions): void {
  refuse(
    reason !== undefined || until !== undefined || by !== undefined,
    '--reason, --until and --by belong to ack, ignore and reopen',
    'name one of them and a key: supascope findings ack KEY --reason …',
  )
}

function refuse(wrong: boolean, message: string, hint: string): void {
  if (wrong) throw new ScopeError('SCOPE_USAGE', message, hint)
}

async function openWithSchema(context: CommandContext): Promise<OpenDatabase> {
  const database = await context.open()
  const problem = schemaProblem(schemaState(database.capabilities, await shippedMigrations()))
  if (problem !== null) throw problem
  return database
}

function isListed({ state }: StoredFinding, options: FindingsOptions): boolean {
  if (options.all === true) return true
  if (options.state !== undefined) return state === options.state
  return state === 'open' || state === 'acknowledged'
}

const order = {
  state: ['open', 'acknowledged', 'ignored', 'resolved'],
  level: ['ERROR', 'WARN', 'INFO'],
}

function byUrgency(a: StoredFinding, b: StoredFinding): number {
  return (
    order.state.indexOf(a.state) - order.state.indexOf(b.state) ||
    order.level.indexOf(a.finding.level) - order.level.indexOf(b.finding.level) ||
    (a.finding.cacheKey < b.finding.cacheKey ? -1 : 1)
  )
}

async function print(context: CommandContext, list: readonly StoredFinding[]): Promise<void> {
  const { format, width, color } = context
  if (format === 'json') await context.print(findingsJson(list))
  else if (format === 'markdown') await context.print(findingsMarkdown(list))
  else await context.print(findingsText(list, { width, color }))
}
