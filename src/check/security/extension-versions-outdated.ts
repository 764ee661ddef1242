import { quoteIdentifier } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { securityFinding } from './exposure.ts'

const name = 'extension_versions_outdated'
const title = 'Extension older than what is installed'

/** Extensions that were not updated with their files. See docs/findings/extension_versions_outdated.md. */
export const extensionVersionsOutdated: Rule = defineRule({
  name,
  title,
  description: 'Finds extensions of which the server holds a newer version than the database uses.',
  examines: 'extensions',
  needs: ['server'],
  schemaOnly: true,
  judge({ server: { extensions } }) {
    const findings = extensions.flatMap(({ name: extension, schema, version, available }) => {
      if (available === null || !isOlder(version, available)) return []
      return securityFinding(
        { name, title },
        { type: 'extension', schema, name: extension },
        {
          level: partsOf(version)[0] === partsOf(available)[0] ? 'INFO' : 'WARN',
          summary: `${version}, and ${available} is there`,
          detail: `The extension ${quoteIdentifier(extension)} is at ${version}, while the server holds ${available}, with its corrections.`,
          remediation: `alter extension ${quoteIdentifier(extension)} update;`,
          evidence: { version, available },
        },
      )
    })
    return { examined: extensions.length, findings }
  },
})

/** By numbers, as far as there are some: a default that was set back is no update. */
function isOlder(version: string, available: string): boolean {
  const [a, b] = [partsOf(version), partsOf(available)]
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [mine = 0, theirs = 0] = [a[i], b[i]]
    if (mine !== theirs) return mine < theirs
  }
  return false
}

function partsOf(version: string): number[] {
  return Array.from(version.matchAll(/\d+/g), ([digits]) => Number(digits))
}
