/** What a server is set to, and what its WAL goes through. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Facts } from '../../../../src/facts/index.ts'
import type { PlantedCase } from '../../planted-case.ts'

async function asAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}

/** The server counts some things by processes of its own, in its own time. */
async function until(client: pg.Client, condition: string): Promise<undefined> {
  for (let tries = 0; tries < 600; tries++) {
    const { rows } = await client.query<{ done: boolean }>(`select (${condition}) as done`)
    if (rows[0]?.done === true) return undefined
    await sleep(50)
  }
  throw new Error(`never true: ${condition}`)
}

/** As on a server of one's own, where nobody else answers for its settings. */
function unmanaged({ host }: Partial<Facts>): Partial<Facts> {
  if (host === undefined) throw new Error('the host was not read')
  return { host: { ...host, provider: null } }
}

export const forcedCheckpoints: PlantedCase = {
  rule: 'forced_checkpoints',
  plant: ({ database, version }) =>
    asAdmin(database.adminUrl, async (admin) => {
      for (let i = 0; i < 12; i++) {
        await admin.query('select pg_logical_emit_message(false, $1, $2)', ['planted', 'x'])
        await admin.query('checkpoint')
      }
      const [count, view] =
        version >= 17
          ? ['num_requested', 'pg_stat_checkpointer']
          : ['checkpoints_req', 'pg_stat_bgwriter']
      return until(admin, `(select ${count} >= 10 from ${view})`)
    }),
  defects: ['max_wal_size'],
  decoys: ['checkpoint_timeout', 'min_wal_size'],
}

export const slotRetainsWal: PlantedCase = {
  rule: 'slot_retains_wal',
  server: { max_slot_wal_keep_size: '1MB' },
  plant: ({ database }) =>
    asAdmin(database.adminUrl, async (admin) => {
      const slot = 'select pg_create_physical_replication_slot($1, $2)'
      await admin.query(slot, ['slot_retains_wal_lost', true])
      for (let i = 0; i < 4; i++) {
        await admin.query('select pg_logical_emit_message(false, $1, $2)', ['planted', 'x'])
        await admin.query('select pg_switch_wal()')
      }
      await admin.query('checkpoint')
      // Nobody reads these either, and they cost nothing.
      await admin.query(slot, ['slot_retains_wal_fresh', true])
      await admin.query(slot, ['slot_retains_wal_empty', false])
      return until(
        admin,
        `exists (select from pg_replication_slots
          where slot_name = 'slot_retains_wal_lost' and wal_status = 'lost')`,
      )
    }),
  defects: ['slot_retains_wal_lost'],
  decoys: ['slot_retains_wal_fresh', 'slot_retains_wal_empty'],
}

/** Half a gigabyte is too much to write. */
export const slotLags: PlantedCase = {
  rule: 'slot_retains_wal',
  plant: '',
  recorded: () => {
    const slot = {
      type: 'logical',
      plugin: 'pgoutput',
      database: 'postgres',
      active: true,
      temporary: false,
      walStatus: 'extended',
      safeBytes: null,
      inactiveSince: null,
    } as const
    const gb = 1024 ** 3
    return {
      slots: [
        { ...slot, name: 'left', active: false, retainedBytes: gb },
        { ...slot, name: 'behind', retainedBytes: 9 * gb },
        { ...slot, name: 'nearly_lost', retainedBytes: gb, safeBytes: gb / 10 },
        { ...slot, name: 'reading', retainedBytes: gb },
        { ...slot, name: 'passing', active: false, temporary: true, retainedBytes: gb },
      ],
    }
  },
  defects: ['left', 'behind', 'nearly_lost'],
  decoys: ['reading', 'passing'],
}

export const memoryOvercommit: PlantedCase = {
  rule: 'memory_overcommit',
  server: { work_mem: '64MB', effective_cache_size: '1GB' },
  plant: ({ database }) =>
    asAdmin(database.adminUrl, async (admin) => {
      await admin.query(`
        alter role service_role set work_mem = '48MB';
        alter role anon set work_mem = '2MB';
        -- Few connections of people, who may have more.
        alter role dashboard_user set work_mem = '256MB'`)
      return undefined
    }),
  defects: ['work_mem', 'service_role.work_mem'],
  decoys: ['anon.work_mem', 'dashboard_user.work_mem', 'maintenance_work_mem'],
}

export const randomPageCost: PlantedCase = {
  rule: 'random_page_cost',
  server: { random_page_cost: 4 },
  plant: '',
  defects: ['random_page_cost'],
  decoys: ['seq_page_cost', 'cpu_tuple_cost'],
}

export const randomPageCostOfSsd: PlantedCase = {
  rule: 'random_page_cost',
  plant: '',
  recorded: ({ server }) => {
    if (server === undefined) throw new Error('the server was not read')
    const ssd = { value: '1.1', unit: null, bootValue: '4' }
    return { server: { ...server, settings: { ...server.settings, random_page_cost: ssd } } }
  },
  defects: [],
  decoys: ['random_page_cost'],
}

export const unsafeSettings: PlantedCase = {
  rule: 'unsafe_settings',
  server: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' },
  plant: '',
  recorded: unmanaged,
  defects: ['fsync', 'full_page_writes'],
  // The last transactions may be lost, and nothing breaks: a choice, no danger.
  decoys: ['synchronous_commit', 'wal_log_hints'],
}

/** The same settings, where a provider answers for them. */
export const managedSettings: PlantedCase = {
  rule: 'unsafe_settings',
  plant: '',
  defects: [],
  decoys: ['fsync', 'full_page_writes'],
}

export const archiveFailing: PlantedCase = {
  rule: 'archive_failing',
  server: { archive_mode: 'on', archive_command: 'false' },
  plant: ({ client }) => until(client, '(select failed_count > 0 from pg_stat_archiver)'),
  recorded: unmanaged,
  defects: ['archive_command'],
  decoys: ['archive_mode', 'restore_command'],
}

/** One failure that was made good. */
export const archiveMended: PlantedCase = {
  rule: 'archive_failing',
  plant: '',
  recorded: (seen) => ({
    host: {
      provider: null,
      superuser: true,
      overrides: seen.host?.overrides ?? [],
      archiver: {
        archived: 900,
        failed: 1,
        lastFailedAt: '2026-11-20T00:00:00.000Z',
        lastArchivedAt: '2026-11-23T00:00:00.000Z',
      },
    },
  }),
  defects: [],
  decoys: ['archive_command'],
}
