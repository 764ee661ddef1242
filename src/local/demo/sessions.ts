import { createHash } from 'node:crypto'
import type { SupabaseClient } from '@supabase/supabase-js'
import { ScopeError } from '../../errors.ts'

/** What the workload needs of the stack that it runs against. */
export interface DemoStack {
  /** Postgres URL as the role postgres. */
  url: string
  gatewayUrl: string
  anonKey: string
  serviceRoleKey: string
  /** A token of a signed-in user. */
  token(userId: string): string
}

/** A signed-in user of the demo. */
export interface User {
  id: string
  orgId: string
  /** Some conversations of the organisation. */
  conversations: readonly string[]
  client: SupabaseClient
}

/** Those who use the demo, each with a supabase-js client as an app has one. */
export interface Sessions {
  visitor: SupabaseClient
  backend: SupabaseClient
  /** Of small organisations, which is where a policy a row hurts most. */
  users: readonly User[]
}

/** Organisations by number; each has ten members, user 1 to 10 and so on. */
const organisations = [60, 75, 90, 105, 120, 135, 150, 165]

export async function openSessions(stack: DemoStack): Promise<Sessions> {
  const { createClient } = await loadSupabase()
  const open = (key: string, token = key): SupabaseClient =>
    createClient(stack.gatewayUrl, key, { accessToken: async () => token })
  const users = organisations.map((number) => {
    const id = demoId(`user ${(number - 1) * 10 + 1}`)
    const orgId = demoId(`organisation ${number}`)
    const conversations = conversationsOf(number)
    return { id, orgId, conversations, client: open(stack.anonKey, stack.token(id)) }
  })
  return { visitor: open(stack.anonKey), backend: open(stack.serviceRoleKey), users }
}

/** Those that a tenth of the demo has, too: seed.sql gives conversation n to this organisation. */
function conversationsOf(organisation: number): string[] {
  const numbers = Array.from({ length: 2000 }, (_, i) => i + 1)
  const owner = (n: number): number => 1 + Math.floor(200 * (((n * 7919) % 10007) / 10007) ** 2)
  return numbers.filter((n) => owner(n) === organisation).map((n) => demoId(`conversation ${n}`))
}

/** The ids that seed.sql computes. */
export function demoId(text: string): string {
  const hash = createHash('md5').update(text).digest('hex')
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/**
 * The package that the users' clients come from.
 *
 * @throws ScopeError SCOPE_LOCAL_MISSING if it is not installed.
 */
export async function loadSupabase(): Promise<typeof import('@supabase/supabase-js')> {
  try {
    return await import('@supabase/supabase-js')
  } catch (cause) {
    throw new ScopeError(
      'SCOPE_LOCAL_MISSING',
      'the demo needs the npm package @supabase/supabase-js, which is not installed',
      'npm install --save-dev @supabase/supabase-js',
      { cause },
    )
  }
}
