import type {
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  UnknownRow,
} from 'kysely'
import type { Database } from './connect.ts'

/** What someone's statements have cost, as seen from here. */
export interface StatementCost {
  statements: number
  /** Time until their results were here, the network's share included, ms. */
  ms: number
  /** Rows that came back. */
  rowsRead: number
  /** Rows that inserts, updates and deletes say they touched; not those of functions. */
  rowsWritten: number
}

/** The database again, with a meter: `cost()` tells what went through this one so far. */
export function metered(db: Database): { db: Database; cost(): StatementCost } {
  const meter = new Meter()
  return { db: db.withPlugin(meter), cost: () => meter.cost() }
}

class Meter implements KyselyPlugin {
  readonly #begun = new Map<object, number>()
  readonly #sum: StatementCost = { statements: 0, ms: 0, rowsRead: 0, rowsWritten: 0 }

  transformQuery({ queryId, node }: PluginTransformQueryArgs): RootOperationNode {
    this.#begun.set(queryId, performance.now())
    return node
  }

  async transformResult(args: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    const { queryId, result } = args
    this.#sum.statements += 1
    this.#sum.ms += performance.now() - (this.#begun.get(queryId) ?? performance.now())
    this.#sum.rowsRead += result.rows.length
    this.#sum.rowsWritten += Number(result.numAffectedRows ?? 0)
    this.#begun.delete(queryId)
    return result
  }

  /** Statements that failed, or still run, have no result: they count up to now. */
  cost(): StatementCost {
    const now = performance.now()
    const open = [...this.#begun.values()].reduce((ms, begun) => ms + now - begun, 0)
    return {
      ...this.#sum,
      statements: this.#sum.statements + this.#begun.size,
      ms: this.#sum.ms + open,
    }
  }
}
