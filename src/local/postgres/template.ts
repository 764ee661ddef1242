import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { markUsed } from './cache.ts'
import { localFailure } from './failure.ts'
import { type Installation, serverVersion } from './installation.ts'
import { launch } from './launch.ts'
import { localPassword, localUrl } from './local-url.ts'
import { type Place, runIn } from './place.ts'
import { discard, newRunFolder, publish } from './run-folder.ts'

/**
 * ICU collation as on Supabase, because it decides whether a plain index serves `like 'x%'`. The C
 * library's locale below it must exist everywhere, which only macOS spells differently.
 */
const initdbArguments = [
  '--username=supabase_admin',
  '--encoding=UTF8',
  `--locale=${process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'}`,
  '--locale-provider=icu',
  '--icu-locale=en-US',
  '--auth=scram-sha-256',
  '--no-sync',
  '--no-instructions',
]

/** Else the statements that shape it would be saved, and stand in everybody's statistics. */
const makingSettings = { 'pg_stat_statements.save': 'off' }

/**
 * A data folder, ready and Supabase-shaped, that every start copies. Made once for each server
 * version and each text of supabase.sql. Path as seen from inside the place.
 */
export async function readyTemplate(
  place: Place,
  installation: Installation,
): Promise<{ template: string; version: string }> {
  const shape = readFileSync(new URL('../supabase.sql', import.meta.url), 'utf8')
  const version = await serverVersion(place, installation.bin)
  const hash = createHash('sha256')
    .update(JSON.stringify([version, initdbArguments, makingSettings, shape]))
    .digest('hex')
  const template = join(place.cache, 'templates', `${installation.name}-${hash.slice(0, 16)}`)
  if (!(await markUsed(place, template))) {
    await makeTemplate(place, installation, shape, template)
  }
  return { template, version: /\d+[.\d]*/.exec(version)?.[0] ?? version }
}

async function makeTemplate(
  place: Place,
  installation: Installation,
  shape: string,
  template: string,
): Promise<void> {
  const run = await newRunFolder(place)
  const data = join(run, 'data')
  try {
    const script =
      'umask 077; initdb=$1; data=$2; shift 2; cat > "$data.password"; "$initdb" -D "$data" --pwfile="$data.password" "$@"'
    const args = [join(installation.bin, 'initdb'), data, ...initdbArguments]
    await runIn(place, script, args, localPassword)
    const server = await launch(place, installation, { run, settings: makingSettings })
    try {
      await apply(localUrl(server.port, 'postgres', 'supabase_admin'), shape)
    } finally {
      await server.process.end('INT')
    }
    await publish(place, data, template)
  } catch (cause) {
    throw localFailure(
      cause,
      'the first data folder of the local Postgres could not be made',
      'try again; if it stays so, report it with this message',
    )
  } finally {
    await discard(place, run)
  }
}

async function apply(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
