import { quoteIdentifier } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { exposure, securityFinding } from './exposure.ts'

const name = 'extension_in_public'
const title = 'Extension in a schema of the API'

/** Extensions whose functions the API serves. See docs/findings/extension_in_public.md. */
export const extensionInPublic: Rule = defineRule({
  name,
  title,
  description:
    'Finds extensions in schemas that the API serves: what they bring is served as well.',
  examines: 'extensions',
  needs: ['server', 'routines', 'access'],
  schemaOnly: true,
  judge({ server, routines, access }) {
    const { isExposed } = exposure(access)
    const findings = server.extensions
      .filter((extension) => isExposed(extension.schema))
      .map((extension) => {
        const brought = routines.filter(
          (one) =>
            one.extension === extension.name &&
            one.schema === extension.schema &&
            one.executableBy.length > 0,
        )
        const what = quoteIdentifier(extension.name)
        const remediation = access.relocatable.includes(extension.name)
          ? `create schema if not exists extensions;\nalter extension ${what} set schema extensions;`
          : `-- it can't be moved: dump what depends on it, then\n-- drop extension ${what}; create extension ${what} with schema extensions;`
        return securityFinding(
          { name, title },
          { type: 'extension', schema: extension.schema, name: extension.name },
          {
            level: brought.length > 0 ? 'WARN' : 'INFO',
            summary: `${brought.length} of its functions can be called through the API`,
            detail: `The extension ${what} is in ${quoteIdentifier(extension.schema)}, which the API serves: ${brought.length} of its functions can be called there.`,
            remediation,
            evidence: { functions: brought.length },
          },
        )
      })
    return { examined: server.extensions.length, findings }
  },
})
