import type { Facts, RoutineFacts } from '../../facts/index.ts'
import type { FindingLevel } from '../../finding.ts'
import type { Judged, Rule } from '../rule.ts'
import { exposure, isJudged, securityFinding } from './exposure.ts'
import { routineKey, signature } from './routine-name.ts'

/** Functions of the API that run as their owner when a role calls them. */
export function executableDefiners(
  rule: Pick<Rule, 'name' | 'title'>,
  role: 'anon' | 'authenticated',
  { routines, access, policies = [] }: Pick<Facts, 'routines' | 'access'> & Partial<Facts>,
): Judged {
  const { isExposed } = exposure(access)
  const inPolicies = new Set(policies.flatMap(({ functions }) => functions))
  const own = routines.filter((routine) => isJudged(routine) && isExposed(routine.schema))
  // What returns a trigger nobody can call.
  const called = own.filter(
    ({ securityDefiner, trigger, kind, executableBy }) =>
      securityDefiner && !trigger && kind !== 'aggregate' && executableBy.includes(role),
  )
  const findings = called.map((routine) => {
    const what = signature(routine)
    const needed = inPolicies.has(routine.oid)
    // For signed-in users it is the usual way to offer what tables do not.
    const level: FindingLevel = role === 'anon' && !needed ? 'WARN' : 'INFO'
    return securityFinding(
      rule,
      { type: 'function', schema: routine.schema, name: routineKey(routine) },
      {
        level,
        summary: `runs as ${routine.owner} for ${role}`,
        detail: `${what} can be called through the API by ${role}, and runs as ${routine.owner}, whom no policy binds${needed ? '; policies call it too' : ''}.`,
        remediation: needed ? move(what) : revoke(what, role, routine),
        evidence: { owner: routine.owner, in_policies: needed },
      },
    )
  })
  return { examined: own.length, findings }
}

/** Who meets a policy must be able to call its functions; the API need not offer them. */
function move(what: string): string {
  return `create schema if not exists private;\ngrant usage on schema private to anon, authenticated;\nalter routine ${what} set schema private;\n-- policies find it there; what calls it by its name must be changed along`
}

function revoke(what: string, role: string, { executableBy }: RoutineFacts): string {
  const others = executableBy.filter((one) => one !== role)
  return [
    `revoke execute on routine ${what} from public, ${role};`,
    ...(others.length > 0 ? [`grant execute on routine ${what} to ${others.join(', ')};`] : []),
  ].join('\n')
}
