import { type Gateway, signToken, startGateway } from './gateway/index.ts'
import { type PostgresServer, startPostgres } from './postgres/index.ts'

export interface LocalStackOptions {
  /** Aborted: whatever runs is stopped, and nothing is left behind. */
  signal?: AbortSignal
  /** Hears what is being done, as a few words. */
  onProgress?: (step: string) => void
  /** Port of Postgres on 127.0.0.1. @defaultValue a free one */
  port?: number
  /** Port of the gateway on 127.0.0.1. @defaultValue a free one */
  gatewayPort?: number
  /** @defaultValue see startPostgres */
  cacheFolder?: string
}

/** A Supabase-shaped stack of our own on 127.0.0.1: Postgres, and a double of its API. */
export interface LocalStack {
  /** Postgres URL as the role postgres, password included. */
  url: string
  /** The same as the superuser supabase_admin. */
  adminUrl: string
  gatewayUrl: string
  anonKey: string
  serviceRoleKey: string
  jwtSecret: string
  /** A token of a signed-in user, valid for an hour. */
  token(userId: string, claims?: Record<string, unknown>): string
  /** Lets the API see tables made since. */
  reload(): Promise<void>
  /** Stops all of it and removes its data. Harmless when repeated. */
  stop(): Promise<void>
}

/**
 * Signs the stack's tokens. As well known as the database's password, and fine for the same reason:
 * nothing but this machine can reach the stack.
 */
const jwtSecret = 'local-stack-of-supascope-only-for-this-machine'
/** End of the keys' validity, seconds since 1970: 2038. Fixed, so that the keys stay the same. */
const keysExpire = 2_147_483_647

/**
 * Starts Postgres and the gateway.
 *
 * @throws ScopeError SCOPE_LOCAL_MISSING, SCOPE_LOCAL_FAILED, SCOPE_PORT_IN_USE, SCOPE_DISK_FULL
 */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  const { signal, onProgress = () => undefined, port, gatewayPort, cacheFolder } = options
  signal?.throwIfAborted()
  onProgress('starting Postgres')
  const postgres = await startPostgres({
    ...(port === undefined ? {} : { port }),
    ...(cacheFolder === undefined ? {} : { cacheFolder }),
  })
  const keys = {
    anonKey: apiKey('anon'),
    serviceRoleKey: apiKey('service_role'),
    jwtSecret,
  }
  try {
    signal?.throwIfAborted()
    onProgress('starting the API')
    const gateway = await startGateway({
      ...keys,
      databaseUrl: postgres.url('postgres', 'authenticator'),
      port: gatewayPort ?? 0,
    })
    return stackOf(postgres, gateway, keys)
  } catch (error) {
    await postgres.stop('immediate')
    throw error
  }
}

function stackOf(
  postgres: PostgresServer,
  gateway: Gateway,
  keys: Pick<LocalStack, 'anonKey' | 'serviceRoleKey' | 'jwtSecret'>,
): LocalStack {
  let stopped: Promise<void> | undefined
  return {
    ...keys,
    url: postgres.url(),
    adminUrl: postgres.url('postgres', 'supabase_admin'),
    gatewayUrl: gateway.url,
    token: (userId, claims = {}) => userToken(userId, claims),
    reload: () => gateway.reload(),
    stop() {
      stopped ??= stopBoth(gateway, postgres)
      return stopped
    },
  }
}

/** Both at once, and each to its end whatever becomes of the other: there may be little time. */
async function stopBoth(gateway: Gateway, postgres: PostgresServer): Promise<void> {
  const results = await Promise.allSettled([gateway.stop(), postgres.stop('immediate')])
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

function apiKey(role: string): string {
  return signToken({ iss: 'supascope-local', role, exp: keysExpire }, jwtSecret)
}

function userToken(userId: string, claims: Record<string, unknown>): string {
  const now = Math.floor(Date.now() / 1000)
  const standard = { aud: 'authenticated', role: 'authenticated', iat: now, exp: now + 3600 }
  return signToken({ ...standard, sub: userId, ...claims }, jwtSecret)
}
