import { type Capabilities, type Database, type Limits, readOnly } from '../../db/index.ts'
import { ScopeError } from '../../errors.ts'
import type { FactName, Facts, SeenFacts, Unseen } from '../../facts/index.ts'
import type { Probe } from './probe.ts'
import { type ProbedFact, probes } from './probes.ts'

export interface FactsOptions {
  /** Which facts to read. @defaultValue all */
  only?: ReadonlySet<FactName>
  /** Bounds of each probe. @defaultValue 10 s a statement, 500 ms for a lock */
  limits?: Limits
  /** Told of each probe before it runs. */
  onProbe?: (name: FactName, place: number, of: number) => void
}

const defaultLimits: Limits = { statementTimeoutMs: 10_000, lockTimeoutMs: 500 }

/**
 * Runs the probes one after the other, each bounded and in a read-only transaction of its own. One
 * that fails leaves its facts unseen, with the reason; the others go on.
 *
 * @throws ScopeError SCOPE_DB_UNREACHABLE when the connection is lost: nothing would follow.
 */
export async function readFacts(
  db: Database,
  capabilities: Capabilities,
  options: FactsOptions = {},
): Promise<SeenFacts> {
  const names = (Object.keys(probes) as ProbedFact[]).filter(
    (name) => options.only?.has(name) ?? true,
  )
  const seen: Partial<Record<FactName, unknown>> = {}
  const unseen: SeenFacts['unseen'] = {}
  for (const [place, name] of names.entries()) {
    options.onProbe?.(name, place, names.length)
    const probe: Probe<ProbedFact> = probes[name]
    try {
      seen[name] = await readOnly(
        db,
        (trx) => probe(trx, capabilities),
        options.limits ?? defaultLimits,
      )
    } catch (error) {
      unseen[name] = reasonOf(error)
    }
  }
  return { seen: seen as Partial<Facts>, unseen }
}

function reasonOf(error: unknown): Unseen {
  if (!(error instanceof ScopeError) || error.code === 'SCOPE_DB_UNREACHABLE') throw error
  return { why: error.message, remedy: error.hint }
}
