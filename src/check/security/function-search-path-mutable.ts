import type { RoutineFacts } from '../../facts/index.ts'
import { defineRule, type Rule } from '../rule.ts'
import { isJudged, securityFinding } from './exposure.ts'
import { routineKey, signature } from './routine-name.ts'

const name = 'function_search_path_mutable'
const title = "Function runs as its owner with the caller's search_path"

/** SECURITY DEFINER without a search_path. See docs/findings/function_search_path_mutable.md. */
export const functionSearchPathMutable: Rule = defineRule({
  name,
  title,
  description:
    "Finds SECURITY DEFINER functions without a search_path of their own: the caller decides what their names mean, with the owner's rights.",
  examines: 'functions',
  needs: ['routines'],
  schemaOnly: true,
  judge({ routines }) {
    const own = routines.filter(isJudged)
    const findings = own.filter(isMutable).map((routine) => {
      const what = signature(routine)
      const who = routine.executableBy.join(', ')
      return securityFinding(
        { name, title },
        { type: 'function', schema: routine.schema, name: routineKey(routine) },
        {
          level: who === '' ? 'WARN' : 'ERROR',
          summary: who === '' ? 'runs as its owner' : `runs as its owner for ${who}`,
          detail: `${what} runs as ${routine.owner} with the search_path of its caller${who === '' ? '' : `, and ${who} may call it`}.`,
          remediation: `-- with every name in its body qualified:\nalter routine ${what} set search_path = '';`,
          evidence: { owner: routine.owner, roles: who },
        },
      )
    })
    return { examined: own.length, findings }
  },
})

/** A body that was bound when the function was made, and C, look nothing up by the path. */
function isMutable({ securityDefiner, searchPath, boundBody, language }: RoutineFacts): boolean {
  return (
    securityDefiner && searchPath === null && !boundBody && !['c', 'internal'].includes(language)
  )
}
