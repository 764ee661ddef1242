import type { StatementFacts } from '../../analyze/index.ts'

/** A longer text is not repeated: it stands in the report already. */
const longestText = 1_500

/**
 * SQL that shows the plan of a statement as the role that runs it, row level security applied, and
 * undoes what it did. For what can't be explained a sentence.
 */
export function explainAsRole(statement: StatementFacts): string {
  const { text, role, verb } = statement
  if (verb === 'other' && text !== null) return 'It is a utility statement, which has no plan.'
  const query =
    text === null || text.length > longestText
      ? `<the text of statement ${statement.queryid}>`
      : text.trim().replace(/;$/, '')
  return [
    'begin; /* runs the statement once, then undoes it */',
    ...asRole(role),
    'explain (analyze, buffers) /* put real values for $1, $2 … */',
    query,
    ';',
    'rollback;',
  ].join('\n')
}

/** Roles that see only what the policies allow, with the claims that policies read. */
const apiRoles = ['anon', 'authenticated']
const plainName = /^[a-z_][a-z0-9_]*$/

function asRole(role: string): string[] {
  const name = plainName.test(role) ? role : `"${role.replaceAll('"', '""')}"`
  const lines = [`set local role ${name};`]
  if (!apiRoles.includes(role)) return lines
  const subject = role === 'authenticated' ? '"sub":"<id of a user>",' : ''
  lines.push(`set local request.jwt.claims = '{${subject}"role":"${role}"}';`)
  return lines
}
