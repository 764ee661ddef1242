import type { ServerState, TableUsage } from '../../facts/index.ts'
import type { TableFacts } from '../../facts/tables.ts'

/** What autovacuum compares, and with what: over the threshold it comes. */
export interface AutovacuumDue {
  /** Off for this table or for all: then nothing is ever due. */
  enabled: boolean
  dead: Due
  /** Since PostgreSQL 13; an infinite threshold if switched off. */
  inserted: Due
  /** Rows changed since the last analyze: inserts too, dead rows or not. */
  changed: Due
}

export interface Due {
  count: number
  threshold: number
}

/**
 * The arithmetic of relation_needs_vacanalyze() in the server's autovacuum.c, with the storage
 * parameters of the table over the settings. Where a table was never vacuumed nor analysed the
 * server takes its rows for none; here they are those counted, so that what is said to be overdue is
 * so by a long way.
 */
export function autovacuumDue(
  table: TableFacts,
  usage: TableUsage,
  settings: ServerState['settings'],
): AutovacuumDue {
  const setting = (option: string): number => numberOf(table, settings, option)
  const rows = table.rows ?? usage.liveRows
  const most = setting('autovacuum_vacuum_max_threshold')
  const byScale =
    setting('autovacuum_vacuum_threshold') + setting('autovacuum_vacuum_scale_factor') * rows
  const insertBase = setting('autovacuum_vacuum_insert_threshold')
  // Since PostgreSQL 18 frozen pages do not count into the share.
  const unfrozen = rows * (1 - (table.frozenShare ?? 0))
  return {
    enabled: isEnabled(table, settings),
    dead: { count: usage.deadRows, threshold: most >= 0 ? Math.min(most, byScale) : byScale },
    inserted: {
      count: usage.insertedSinceVacuum,
      threshold:
        insertBase < 0
          ? Number.POSITIVE_INFINITY
          : insertBase + setting('autovacuum_vacuum_insert_scale_factor') * unfrozen,
    },
    changed: {
      count: usage.modifiedSinceAnalyze,
      threshold:
        setting('autovacuum_analyze_threshold') + setting('autovacuum_analyze_scale_factor') * rows,
    },
  }
}

function isEnabled(table: TableFacts, settings: ServerState['settings']): boolean {
  if (settings.autovacuum?.value === 'off' || settings.track_counts?.value === 'off') return false
  return !isOff(table.options.autovacuum_enabled)
}

/** A storage parameter is kept as it was written: `false`, `off`, `no`, `0`… */
export function isOff(option: string | undefined): boolean {
  return option !== undefined && /^(f|fa|fal|fals|false|of|off|n|no|0)$/i.test(option)
}

/** Values that switch a setting off where the server has none of that name. */
const absent: Readonly<Record<string, number>> = {
  autovacuum_vacuum_max_threshold: -1,
  autovacuum_vacuum_insert_threshold: -1,
}

function numberOf(
  { options }: TableFacts,
  settings: ServerState['settings'],
  name: string,
): number {
  return Number(options[name] ?? settings[name]?.value ?? absent[name] ?? 0)
}
