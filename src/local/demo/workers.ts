import type pg from 'pg'

/** What runs beside the API, with a connection of its own and plain SQL. */

/**
 * Trouble (f): sorts whole prompts to group them, which is more than fits into work_mem. An edge function with
 * a direct connection; its driver tags the statement as sqlcommenter does.
 */
export async function repeatedPrompts(pool: pg.Pool): Promise<void> {
  await pool.query(
    `select content, count(*) as times, (array_agg(id order by created_at desc))[1] as last_id
    from public.messages
    where role = 'user' and created_at >= $1
    group by content
    order by times desc, last_id desc
    limit 20
    /*application='supabase-functions',edge_function='repeated-prompts'*/`,
    ['2026-08-01T00:00:00Z'],
  )
}

/** Healthy: an index serves it. */
export async function quota(pool: pg.Pool, orgId: string): Promise<void> {
  await pool.query(
    `select coalesce(sum(tokens), 0)::bigint as tokens
    from public.usage_events
    where org_id = $1 and created_at >= $2
    /*application='quota-worker',route='check'*/`,
    [orgId, '2026-10-01T00:00:00Z'],
  )
}

/** Healthy, and without any tag. */
export async function listOrganisations(pool: pg.Pool): Promise<void> {
  await pool.query(
    `select o.name, p.name as plan from public.organisations o
    join public.plans p on p.id = o.plan_id order by o.created_at desc limit 50`,
  )
}
