import type { DatabaseAge, TableFacts } from '../../facts/index.ts'
import type { Finding, FindingLevel } from '../../finding.ts'
import { formatCount } from '../../quantity.ts'
import { quoteIdentifier } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { quoted } from './own-tables.ts'
import { heldBackBy } from './vacuum-finding.ts'

const name = 'transaction_id_age'
const title = 'Transaction ids run out'

/** Autovacuum should have frozen it five times over at its defaults. */
const old = 1.0e9
/** The server refuses writes at about 2.1e9 less three million. */
const critical = 1.8e9
const limit = 2 ** 31

/** Tables and databases that near the end of the ids. See docs/findings/transaction_id_age.md. */
export const transactionIdAge: Rule = defineRule({
  name,
  title,
  description: 'Finds databases and tables that near the point at which the server refuses writes.',
  examines: 'databases and tables',
  needs: ['databaseAges', 'tables'],
  uses: ['horizon'],
  judge({ databaseAges, tables, horizon }) {
    // Managed or not: the server stops for any of them.
    const stored = tables.filter(({ kind }) => kind === 'table' || kind === 'matview')
    const old = stored.filter((table) => levelOf(table) !== null)
    const held = heldBackBy(horizon)
    // Of the current database its tables say more, if it is for them that it is old.
    const databases = databaseAges.filter(
      (one) => levelOf(one) !== null && !(one.current && old.length > 0),
    )
    return {
      examined: databaseAges.length + stored.length,
      findings: [
        ...databases.map((one) => ofDatabase(one, held)),
        ...old.map((table) => ofTable(table, held)),
      ],
    }
  },
})

type Ages = Pick<DatabaseAge, 'xidAge' | 'mxidAge'>

function levelOf({ xidAge, mxidAge }: Ages): FindingLevel | null {
  const age = Math.max(xidAge, mxidAge)
  if (age >= critical) return 'ERROR'
  return age >= old ? 'WARN' : null
}

function words({ xidAge, mxidAge }: Ages): { age: number; kind: string; left: number } {
  const age = Math.max(xidAge, mxidAge)
  return { age, kind: xidAge >= mxidAge ? 'transaction' : 'multixact', left: limit - age }
}

function ofTable(table: TableFacts, held: string): Finding {
  const { age, kind, left } = words(table)
  return objectFinding(
    { name, title },
    { type: table.kind, schema: table.schema, name: table.name },
    {
      level: levelOf(table) ?? 'WARN',
      categories: ['RELIABILITY'],
      summary: `${formatCount(age)} ${kind} ids old, ${formatCount(left)} left`,
      detail: `The oldest row of ${quoted(table)} is ${formatCount(age)} ${kind} ids old; with ${formatCount(left)} more the server refuses all writes.`,
      remediation: `${held}vacuum (freeze, verbose) ${quoted(table)};`,
      evidence: { xid_age: table.xidAge, mxid_age: table.mxidAge, left },
    },
  )
}

function ofDatabase(database: DatabaseAge, held: string): Finding {
  const { age, kind, left } = words(database)
  const what = quoteIdentifier(database.name)
  return objectFinding(
    { name, title },
    { type: 'database', schema: null, name: database.name },
    {
      level: levelOf(database) ?? 'WARN',
      categories: ['RELIABILITY'],
      summary: `${formatCount(age)} ${kind} ids old, ${formatCount(left)} left`,
      detail: `The oldest row of the database ${what} is ${formatCount(age)} ${kind} ids old; with ${formatCount(left)} more the server refuses all writes, in every database.`,
      remediation: `${held}-- Connected to ${what}:\nvacuum (freeze, verbose);`,
      evidence: { xid_age: database.xidAge, mxid_age: database.mxidAge, left },
    },
  )
}
