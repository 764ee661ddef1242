import { type Check, type Facts, fail, ok, warn } from './check.ts'

const oldestMajor = 15
const newestMajor = 18

export function checkServer({ capabilities }: Facts): Check[] {
  return [checkVersion(capabilities.server), checkPrimary(capabilities.readReplica)]
}

function checkVersion(server: Facts['capabilities']['server']): Check {
  const major = Math.floor(server.versionNum / 10_000)
  const found = `PostgreSQL ${server.version}`
  if (major < oldestMajor) {
    return fail(
      'server_version',
      `${found}: older than ${oldestMajor}, the oldest that is supported`,
      'upgrade the server: on Supabase under Project Settings > Infrastructure',
    )
  }
  if (major > newestMajor) {
    return warn(
      'server_version',
      `${found}: newer than ${newestMajor}, the newest that this version was tested with`,
      'npm install supascope@latest',
    )
  }
  return ok('server_version', found)
}

function checkPrimary(readReplica: boolean): Check {
  if (!readReplica) return ok('primary', 'takes writes')
  return warn(
    'primary',
    "a read replica: `report` shows this server's own counters, but no history is kept here",
    'for history use the URL of the primary; it does not see the statements that run here',
  )
}
