import { explainable, type PlanSighting, planShape } from '../../analyze/regressions/index.ts'
import { type Capabilities, type Database, readOnly, readWrite } from '../../db/index.ts'
import { ScopeError } from '../../errors.ts'
import { parseSql } from '../../syntax/index.ts'
import type { StatementKey } from '../statement-registry.sql.ts'
import { explainGeneric, type Wanted } from './explain.sql.ts'
import { claimPlanning, prunePlans, selectHeaviest, selectPlans, storePlans } from './plans.sql.ts'

export interface PlanOptions {
  /** Statements to look at, those with most of the last day's time. @defaultValue 50 */
  statements?: number
  /** Least time between two looks, seconds. @defaultValue 3600 */
  seconds?: number
  /** Stops between two statements. */
  signal?: AbortSignal
}

export interface PlansResult {
  /** Statements whose plan was seen. */
  planned: number
  /** Those that can't be explained: no plan, cut off, or the server refused. */
  refused: number
}

/** Explaining waits for nobody, and nobody waits for it for long. */
const limits = { statementTimeoutMs: 2_000, lockTimeoutMs: 200 }
/** When to stop, whatever is left: what was not looked at is the next run's. */
const budgetMs = 20_000

/**
 * Notes the generic plans of the statements that take most time, each as the role that runs it.
 * Nothing is executed; each is explained in a read-only transaction of its own under a statement
 * timeout of 2 s and a lock timeout of 200 ms, so that no lock outlives its plan. One that fails is
 * counted and left out. Meant to be called often: it looks once an hour, whoever calls.
 *
 * @returns Null if it did not look.
 * @throws ScopeError if the database can't be reached.
 */
export async function recordPlans(
  db: Database,
  { server }: Pick<Capabilities, 'server'>,
  options: PlanOptions = {},
): Promise<PlansResult | null> {
  const { statements = 50, seconds = 3_600 } = options
  const claimed = await readWrite(db, (trx) => claimPlanning(trx, seconds))
  if (!claimed) return null
  const heaviest = await readOnly(db, (trx) => selectHeaviest(trx, statements))
  const generic = server.versionNum >= 160_000
  const seen: { id: number; shape: string }[] = []
  const until = performance.now() + budgetMs
  for (const { text: stored, ...statement } of heaviest) {
    if (options.signal?.aborted === true || performance.now() > until) break
    const text = explainable(stored)
    if (text === null || !isOneStatement(text)) continue
    const shape = await shapeOf(db, { ...statement, text }, generic)
    if (shape !== null) seen.push({ id: statement.id, shape })
  }
  await readWrite(db, async (trx) => {
    await storePlans(trx, seen)
    await prunePlans(trx)
  })
  return { planned: seen.length, refused: heaviest.length - seen.length }
}

const explained = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt']

/** By the server's own grammar too: a text that held two would run the second one. */
function isOneStatement(text: string): boolean {
  const parsed = parseSql(text)
  if (!parsed.ok || parsed.statements.length !== 1) return false
  return parsed.statements.every(({ tree }) => explained.some((kind) => kind in tree))
}

/** Null if the server refuses: a dropped table, a type that can't be told, a timeout. */
async function shapeOf(db: Database, wanted: Wanted, generic: boolean): Promise<string | null> {
  const name = `supascope_plan_${wanted.id}`
  try {
    const plan = await readOnly(db, (trx) => explainGeneric(trx, wanted, { generic, name }), limits)
    return plan === null ? null : planShape(plan)
  } catch (error) {
    if (error instanceof ScopeError && error.code !== 'SCOPE_DB_UNREACHABLE') return null
    throw error
  }
}

/** The plans that statements had up to a time, of those that had more than one. */
export async function readPlans(
  db: Database,
  { to, keys }: { to: Date; keys: readonly StatementKey[] },
): Promise<(StatementKey & { sightings: PlanSighting[] })[]> {
  return keys.length === 0 ? [] : readOnly(db, (trx) => selectPlans(trx, { to, keys }))
}
