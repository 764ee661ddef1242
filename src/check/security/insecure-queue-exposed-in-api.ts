import { quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { exposure, rolesOf, securityFinding } from './exposure.ts'
import { canHaveRls } from './rls-disabled.ts'

const name = 'insecure_queue_exposed_in_api'
const title = 'Queue in the API without row level security'

/** Queues of pgmq that the API serves. See docs/findings/insecure_queue_exposed_in_api.md. */
export const insecureQueueExposedInApi: Rule = defineRule({
  name,
  title,
  description:
    'Finds queues that anon or authenticated can use through pgmq_public, without row level security.',
  examines: 'queues',
  needs: ['tables', 'access'],
  schemaOnly: true,
  judge({ tables, access }) {
    const { isExposed, rights } = exposure(access)
    const queues = tables.filter(
      (table) => table.schema === 'pgmq' && table.name.startsWith('q_') && canHaveRls(table),
    )
    const findings = queues.flatMap((queue) => {
      const who = rolesOf(rights(queue.oid))
      if (queue.rls || who === '' || !isExposed('pgmq_public')) return []
      const what = quoteName(queue.schema, queue.name)
      return securityFinding(
        { name, title },
        { type: 'table', schema: queue.schema, name: queue.name },
        {
          level: 'ERROR',
          summary: `open to ${who}`,
          detail: `The queue ${what} has no row level security, and ${who} can use it through pgmq_public.`,
          remediation: `-- From then on those who are to use it need policies.\nalter table ${what} enable row level security;`,
          evidence: { roles: who },
        },
      )
    })
    return { examined: queues.length, findings }
  },
})
