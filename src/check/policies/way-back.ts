import type { PolicyFacts } from '../../facts/index.ts'
import { quoteName } from '../../quote.ts'
import { commands } from './applying.ts'
import type { GuardedRead, PolicyReads } from './policy-reads.ts'

/** How a policy comes back to its own table. */
export interface Way {
  role: string
  /** Names of the tables on the way, without the policy's own at its end. */
  tables: string[]
  oids: ReadonlySet<number>
}

/** How a policy comes back to its own table, by the policies that a reading role meets; null if not. */
export function wayBack(policy: PolicyFacts, role: string, reads: PolicyReads): Way | null {
  const bound = commands.some((command) =>
    reads.on(policy.tableOid, role, command).includes(policy),
  )
  if (!bound) return null
  const seen = new Set<number>()
  const queue: { step: GuardedRead; tables: string[]; oids: number[] }[] = reads
    .of(policy)
    .map((step) => ({ step, tables: [], oids: [] }))
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const { oid, schema, name: table } = at.step.table
    if (oid === policy.tableOid) return { role, tables: at.tables, oids: new Set(at.oids) }
    if (seen.has(oid)) continue
    seen.add(oid)
    const tables = [...at.tables, quoteName(schema, table)]
    for (const next of reads.on(oid, role, 'select').flatMap((one) => reads.of(one))) {
      queue.push({ step: next, tables, oids: [...at.oids, oid] })
    }
  }
  return null
}
