import type { HorizonHolder } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatTime } from '../../quantity.ts'
import { quoteLiteral } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'xmin_horizon'
const title = 'Vacuum held back'

/** Transactions whose dead rows can not be removed. */
const far = 1_000_000
/** Half of what autovacuum lets a table become old at its default. */
const veryFar = 100_000_000

/** What keeps dead rows from being removed. See docs/findings/xmin_horizon.md. */
export const xminHorizon: Rule = defineRule({
  name,
  title,
  description: 'Finds sessions, prepared transactions, slots and standbys that hold vacuum back.',
  examines: 'holders of a snapshot',
  needs: ['horizon'],
  judge({ horizon }) {
    const far = horizon.filter(isFar)
    return { examined: horizon.length, findings: far.map(finding) }
  },
})

function isFar({ age }: HorizonHolder): boolean {
  return age >= far
}

function finding(holder: HorizonHolder): Finding {
  const { kind, age, catalogOnly, state, role, application, since } = holder
  const rows = catalogOnly ? 'rows of the catalogs' : 'rows'
  return objectFinding(
    { name, title },
    // A pid is another session's tomorrow: the role and the program keep the finding the same.
    {
      type: types[kind],
      schema: null,
      name: kind === 'session' ? sessionName(holder) : holder.name,
    },
    {
      level: age >= veryFar ? 'ERROR' : 'WARN',
      categories: ['PERFORMANCE', 'RELIABILITY'],
      summary: `${describe(holder)} holds it ${formatCount(age)} transactions back`,
      detail: `No ${rows} that died in the last ${formatCount(age)} transactions can be removed: ${describe(holder)} (${state}${since === null ? '' : ` since ${formatTime(since)}`}) may still want to see them.`,
      remediation: remedyOf(holder),
      evidence: { age_transactions: age, kind, holder: holder.name, state, role, application },
    },
  )
}

const types: Readonly<Record<HorizonHolder['kind'], string>> = {
  session: 'session',
  prepared: 'transaction',
  slot: 'slot',
  standby: 'standby',
}

function sessionName({ role, application }: HorizonHolder): string {
  return [role, application].filter((part) => part !== null && part !== '').join('/')
}

function describe({ kind, name: holder, role }: HorizonHolder): string {
  if (kind === 'session') return `the session ${holder} of ${role ?? 'an unknown role'}`
  if (kind === 'prepared')
    return `the prepared transaction ${holder} of ${role ?? 'an unknown role'}`
  return `the ${kind === 'slot' ? 'replication slot' : 'standby'} ${holder}`
}

function remedyOf({ kind, name: holder, state }: HorizonHolder): string {
  if (kind === 'session') {
    return `-- Its transaction is rolled back:\nselect pg_terminate_backend(${holder});`
  }
  if (kind === 'prepared') {
    return `-- It never ends by itself; commit it if its work is wanted:\nrollback prepared ${quoteLiteral(holder)};`
  }
  if (kind === 'slot' && state === 'inactive') {
    return `-- If nobody reads from it any more (its reader can not go on then):\nselect pg_drop_replication_slot(${quoteLiteral(holder)});`
  }
  return `-- On the standby: end its long query, or let such be cancelled:\nalter system set hot_standby_feedback = off;\nselect pg_reload_conf();`
}
