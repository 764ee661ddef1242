import { quoteIdentifier, quoteLiteral } from '../../quote.ts'
import { type Check, type Facts, fail, ok, warn } from './check.ts'
import { compareVersions } from './compare-versions.ts'

type Statements = NonNullable<Facts['capabilities']['statements']>

/** From this fill level on, entries are about to be evicted. */
const fullShare = 0.9

export function checkStatistics(facts: Facts): Check[] {
  const { capabilities } = facts
  const { statements, settings } = capabilities
  if (statements === null) return [missing(facts)]
  if (!statements.loaded) return [notLoaded(settings)]
  return [
    checkVersion(statements),
    checkTrack(statements),
    checkFill(facts, statements),
    checkQueryId(settings),
    checkIoTiming(capabilities),
    checkPlanning(settings),
  ]
}

function missing({ extensionsSchema, capabilities }: Facts): Check {
  const create = 'create extension pg_stat_statements with schema extensions;'
  const preloaded = capabilities.settings.get('pg_stat_statements.max') != null
  return fail(
    'pg_stat_statements',
    preloaded
      ? 'not installed in this database: `report` and `snapshot` have nothing to read'
      : 'neither installed in this database nor loaded: `report` and `snapshot` have nothing to read',
    [
      ...(extensionsSchema ? [] : ['create schema extensions;']),
      create,
      ...(preloaded ? [] : [preload(capabilities.settings)]),
    ].join(' '),
  )
}

function notLoaded(settings: Facts['capabilities']['settings']): Check {
  return fail(
    'pg_stat_statements',
    'installed, but the server was started without it: it counts nothing',
    preload(settings),
  )
}

/** One literal an element: ALTER SYSTEM would quote a comma-separated one as a single name. */
function preload(settings: Facts['capabilities']['settings']): string {
  const present = (settings.get('shared_preload_libraries') ?? '').split(',')
  const libraries = [...present.map((name) => name.trim()).filter(Boolean), 'pg_stat_statements']
  const list = [...new Set(libraries)].map(quoteLiteral).join(', ')
  return `alter system set shared_preload_libraries = ${list}; and restart the server`
}

function checkVersion({ version, availableVersion, schema }: Statements): Check {
  const found = `version ${version} in the schema ${schema}`
  if (compareVersions(version, '1.9') < 0) {
    return fail(
      'pg_stat_statements',
      `${found}: older than 1.9, which nested statements need to be told apart`,
      'alter extension pg_stat_statements update;',
    )
  }
  if (compareVersions(version, availableVersion) < 0) {
    return warn(
      'pg_stat_statements',
      `${found}; the server has ${availableVersion}, which counts more exactly`,
      'alter extension pg_stat_statements update;',
    )
  }
  return ok('pg_stat_statements', found)
}

function checkTrack({ track }: Statements): Check {
  if (track === 'none') {
    return fail(
      'pg_stat_statements_track',
      'none: nothing is counted',
      'alter system set pg_stat_statements.track = top; select pg_reload_conf();',
    )
  }
  return ok(
    'pg_stat_statements_track',
    track === 'all'
      ? 'all: statements inside functions are counted too'
      : 'top: what runs inside a function is counted with its caller',
  )
}

function checkFill({ statistics }: Facts, { maxEntries }: Statements): Check {
  const name = 'pg_stat_statements_fill'
  if (statistics === null) {
    return fail(
      name,
      'this role may not read pg_stat_statements',
      'see docs/permissions.md for the grants',
    )
  }
  const { entries, evictions } = statistics
  const evicted = evictions ? `; ${evictions} evictions so far` : ''
  const detail = `${entries} of ${maxEntries} entries${evicted}`
  if (entries < maxEntries * fullShare) return ok(name, detail)
  return warn(
    name,
    `${detail}: rare statements are evicted and counted incompletely`,
    `alter system set pg_stat_statements.max = ${maxEntries * 2}; and restart the server`,
  )
}

function checkQueryId(settings: Facts['capabilities']['settings']): Check {
  const value = settings.get('compute_query_id') ?? 'auto'
  if (value !== 'off') return ok('compute_query_id', value)
  return fail(
    'compute_query_id',
    'off: statements have no id, so none is counted',
    'alter system set compute_query_id = auto; select pg_reload_conf();',
  )
}

function checkIoTiming({ settings, database }: Facts['capabilities']): Check {
  if (settings.get('track_io_timing') === 'on') return ok('track_io_timing', 'on')
  return warn(
    'track_io_timing',
    'off: reports show no time spent reading and writing blocks; all else works',
    `alter database ${quoteIdentifier(database)} set track_io_timing = on;`,
  )
}

function checkPlanning(settings: Facts['capabilities']['settings']): Check {
  const on = settings.get('pg_stat_statements.track_planning') === 'on'
  return ok(
    'track_planning',
    on ? 'on' : 'off, as is usual: reports show no planning time; all else works',
  )
}
