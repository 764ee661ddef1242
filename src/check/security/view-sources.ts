import type { AccessFacts, TableFacts, ViewFacts } from '../../facts/index.ts'

/** Something that a view reads, and as whom. */
export interface ViewSource {
  table: TableFacts
  /** Null: as the role that asks. */
  readAs: string | null
}

/** All that reading a view reads, through views of views. */
export function sourcesOf(
  view: TableFacts,
  tables: ReadonlyMap<number, TableFacts>,
  views: ReadonlyMap<number, ViewFacts>,
): ViewSource[] {
  const found: ViewSource[] = []
  const seen = new Set<string>()
  const stack: ViewSource[] = [{ table: view, readAs: null }]
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const key = `${at.table.oid} ${at.readAs}`
    if (seen.has(key)) continue
    seen.add(key)
    if (at.table !== view) found.push(at)
    // What a materialized view holds was read by its owner, long before.
    const readAs = isInvoker(at.table) ? at.readAs : at.table.owner
    for (const oid of views.get(at.table.oid)?.reads ?? []) {
      const table = tables.get(oid)
      if (table !== undefined) stack.push({ table, readAs })
    }
  }
  return found
}

/** It reads as the role that asks. */
export function isInvoker({ kind, options }: TableFacts): boolean {
  const { security_invoker: invoker = 'false' } = options
  return kind === 'view' && ['true', 'on', '1', 'yes'].includes(invoker.toLowerCase())
}

/** Whether a role's reading of a table passes over its policies. */
export function passesPolicies(role: string, table: TableFacts, access: AccessFacts): boolean {
  return access.bypassing.includes(role) || (role === table.owner && !table.forceRls)
}
