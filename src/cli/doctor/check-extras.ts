import { type Check, type Facts, ok } from './check.ts'

/** Nothing needs these; each makes something better. */
export function checkExtras(facts: Facts): Check[] {
  return [
    extra(facts, 'pg_cron', 'runs the jobs of the event store without a process of ours'),
    extra(facts, 'hypopg', 'lets index advice be tried without building the index'),
  ]
}

function extra({ capabilities, available }: Facts, name: string, use: string): Check {
  const installed = capabilities.extensions.get(name)
  if (installed !== undefined) return ok(name, `version ${installed}`)
  const version = available.get(name)
  return ok(
    name,
    version === undefined
      ? `not offered by this server, nothing needs it; it ${use}`
      : `not installed, nothing needs it; it ${use}: create extension ${name};`,
  )
}
