import type { ColumnFacts, PolicyFacts, RelationRight, TableFacts } from '../../facts/index.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { type Applying, applying, isFor, truthOf } from '../policies/reading.ts'
import { defineRule, type Rule } from '../rule.ts'
import { exposure, isJudged, rolesOf, securityFinding } from './exposure.ts'
import { canHaveRls, enableRls } from './rls-disabled.ts'
import { sensitiveKind } from './sensitive-columns.ts'

const name = 'sensitive_columns_exposed'
const title = 'Sensitive columns open to everyone'

/** Passwords and their like without a guard. See docs/findings/sensitive_columns_exposed.md. */
export const sensitiveColumnsExposed: Rule = defineRule({
  name,
  title,
  description:
    'Finds columns with the names of secrets whose every row the API serves: without row level security, or by a policy that lets all through.',
  examines: 'tables',
  needs: ['tables', 'columns', 'policies', 'access'],
  schemaOnly: true,
  trouble: 'rls_disabled',
  judge({ tables, columns, policies, access }) {
    const { reached } = exposure(access)
    const applies = applying(access)
    const ofTable = Map.groupBy(columns, ({ tableOid }) => tableOid)
    const guards = Map.groupBy(policies, ({ tableOid }) => tableOid)
    const own = tables.filter((table) => canHaveRls(table) && isJudged(table))
    const findings = own.flatMap((table) => {
      const open = reached(table).filter(
        (right) =>
          right.select && readsAll(table, right.role, guards.get(table.oid) ?? [], applies),
      )
      const shown = (ofTable.get(table.oid) ?? []).filter((column) => isShown(column, open))
      if (shown.length === 0) return []
      const what = quoteName(table.schema, table.name)
      const list = shown.map((column) => quoteIdentifier(column.name)).join(', ')
      const who = rolesOf(open)
      return securityFinding(
        { name, title },
        { type: 'table', schema: table.schema, name: table.name },
        {
          level: 'ERROR',
          summary: `${list} readable by ${who}`,
          detail: `${who} can read ${list} of every row of ${what} through the API${table.rls ? ', by a policy that lets all through' : ''}.`,
          remediation: table.rls
            ? `revoke select on ${what} from anon, authenticated;\n-- then grant select (…) on the columns that they may see`
            : enableRls(table),
          evidence: { columns: list, kinds: kindsOf(shown), roles: who },
        },
      )
    })
    return { examined: own.length, findings }
  },
})

/** A role that reads every row. */
function readsAll(
  { rls }: TableFacts,
  role: string,
  policies: readonly PolicyFacts[],
  { binds }: Applying,
): boolean {
  if (!rls) return true
  const bound = policies.filter((one) => isFor(one, 'select') && binds(one, role))
  const isTrue = ({ using }: PolicyFacts): boolean =>
    using === null || (using.tree !== null && truthOf(using.tree) === true)
  return (
    bound.some((one) => one.permissive && isTrue(one)) &&
    bound.every((one) => one.permissive || isTrue(one))
  )
}

function isShown({ name: column, number }: ColumnFacts, open: readonly RelationRight[]): boolean {
  return (
    sensitiveKind(column) !== null &&
    open.some(({ columns }) => columns === null || columns.includes(number))
  )
}

function kindsOf(columns: readonly ColumnFacts[]): string {
  return [...new Set(columns.map((column) => sensitiveKind(column.name)))].join(', ')
}
