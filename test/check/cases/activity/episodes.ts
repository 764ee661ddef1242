/** What a sample would have stored, minus what the cases do not care about. */
export interface PlantedEpisode {
  kind?: 'statement' | 'idle'
  query: string
  /** How long it went on, and how long ago it was seen last, seconds. */
  seconds: number
  ago?: number
  blockedSeconds?: number
  blockingPeak?: number
  state?: string
  outcome?: string
  certain?: boolean
  timeoutMs?: number
  role?: string
  application?: string
  lockObject?: string
  lockMode?: string
  root?: object
}

let pid = 100_000

/** SQL that stores episodes as the sampler does. */
export function storeEpisodes(...episodes: readonly PlantedEpisode[]): string {
  return episodes.map(store).join(';\n')
}

function store(one: PlantedEpisode): string {
  pid += 1
  const last = `now() - ${one.ago ?? 600} * interval '1 second'`
  const root = one.root === undefined ? 'null' : `${literal(JSON.stringify(one.root))}::jsonb`
  return `
    insert into supascope.activity_episodes (kind, pid, backend_start, started_at, first_seen_at,
      last_seen_at, sightings, outcome, certain, timeout_ms, pool, role_name, application, state,
      query, transaction_started_at, blocked_ms, lock_mode, lock_object, root, blocking_peak)
    values (${literal(one.kind ?? 'statement')}, ${pid}, now() - interval '1 day',
      ${last} - ${one.seconds} * interval '1 second', ${last}, ${last}, 3,
      ${literal(one.outcome ?? 'finished')}, ${one.certain ?? false}, ${one.timeoutMs ?? 'null'},
      'direct', ${literal(one.role ?? 'app')}, ${literal(one.application ?? '')},
      ${literal(one.state ?? 'active')}, ${literal(one.query)},
      ${last} - ${one.seconds + 1} * interval '1 second', ${(one.blockedSeconds ?? 0) * 1000},
      ${literal(one.lockMode ?? null)}, ${literal(one.lockObject ?? null)}, ${root},
      ${one.blockingPeak ?? 0})`
}

function literal(text: string | null): string {
  return text === null ? 'null' : `'${text.replaceAll("'", "''")}'`
}
