import { sql } from 'kysely'
import { type ServerFacts, settingMs } from '../../analyze/index.ts'
import { type Capabilities, type Database, readOnly, type Trx } from '../../db/index.ts'
import { readStatisticsFill } from '../statistics-fill.sql.ts'

/** What of the server's state decides what its statistics can show; and its clock. */
export interface ServerState {
  now: Date
  facts: Omit<ServerFacts, 'evictions' | 'unreadableTexts'>
}

export function readServerState(db: Database, capabilities: Capabilities): Promise<ServerState> {
  const { statements, settings } = capabilities
  return readOnly(db, async (trx) => {
    const fill = statements && (await readStatisticsFill(trx, statements.schema))
    return {
      now: await readClock(trx),
      facts: {
        track: statements?.track ?? 'none',
        trackIoTiming: settings.get('track_io_timing') === 'on',
        entries: fill?.entries ?? 0,
        maxEntries: statements?.maxEntries ?? 0,
        apiTimeoutMs: await readApiTimeout(trx),
      },
    }
  })
}

async function readClock(trx: Trx): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`
    select /* supascope */ clock_timestamp() as now`.execute(trx)
  return rows[0]?.now ?? new Date()
}

/** The API applies the settings of the role that a request runs as over those of its own. */
async function readApiTimeout(trx: Trx): Promise<number | null> {
  const { rows } = await sql<{ value: string }>`
    select /* supascope */ split_part(setting, '=', 2) as value
    from pg_roles, unnest(rolconfig) as setting
    where rolname in ('authenticated', 'authenticator') and setting like 'statement\\_timeout=%'
    order by rolname
    limit 1`.execute(trx)
  return rows[0] === undefined ? null : settingMs(rows[0].value)
}
