/** How much a statement makes the server do, counted and not timed. */
import type pg from 'pg'

interface Plan {
  'Actual Rows'?: number
  'Actual Loops'?: number
  'Rows Removed by Filter'?: number
  'Rows Removed by Join Filter'?: number
  Filter?: string
  'Join Filter'?: string
  Plans?: Plan[]
}

export interface Work {
  /** That the nodes of all plans touched, also those of the functions that it calls. */
  rows: number
  /** Filters that look for each row's value in an array, one element after the other. */
  searches: string[]
}

const settings = [
  { name: 'log_min_duration', value: '0' },
  { name: 'log_nested_statements', value: 'on' },
  { name: 'log_analyze', value: 'on' },
  { name: 'log_timing', value: 'off' },
  { name: 'log_format', value: 'json' },
  { name: 'log_level', value: 'notice' },
  { name: 'log_parameter_max_length', value: '0' },
]

/**
 * Runs a statement and counts its work.
 *
 * @param client of a superuser, for auto_explain
 */
export async function workOf(client: pg.Client, text: string, values: unknown[]): Promise<Work> {
  await client.query(`load 'auto_explain'`)
  // 15 has no limit for the length of parameters, and does not log them.
  await client.query(
    `select set_config(known.name, s.value, false)
     from jsonb_to_recordset($1) s (name text, value text)
     join pg_catalog.pg_settings known on known.name = 'auto_explain.' || s.name`,
    [JSON.stringify(settings)],
  )
  const work: Work = { rows: 0, searches: [] }
  const add = ({ message }: { message?: string | undefined }): void => {
    const json = /^duration: .*? plan:\n([\s\S]*)$/.exec(message ?? '')?.[1]
    if (json !== undefined) addPlan(work, JSON.parse(json).Plan)
  }
  client.on('notice', add)
  try {
    await client.query(text, values)
  } finally {
    client.off('notice', add)
    await client.query('set auto_explain.log_min_duration = -1')
  }
  return work
}

function addPlan(work: Work, plan: Plan): void {
  const rows =
    (plan['Actual Rows'] ?? 0) +
    (plan['Rows Removed by Filter'] ?? 0) +
    (plan['Rows Removed by Join Filter'] ?? 0)
  work.rows += rows * (plan['Actual Loops'] ?? 0)
  const filter = `${plan.Filter ?? ''} ${plan['Join Filter'] ?? ''}`
  // An array that the plan knows is hashed; a parameter is not.
  if (/\b(ANY|ALL) \(+\$\d/.test(filter)) work.searches.push(filter)
  for (const child of plan.Plans ?? []) addPlan(work, child)
}
