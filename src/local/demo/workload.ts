import pg from 'pg'
import { cancelClients } from '../../db/cancel.ts'
import { parseDatabaseUrl } from '../../db/index.ts'
import { seededRandom, shuffled } from './random.ts'
import {
  askAssistant,
  changeTheme,
  openAccount,
  openConversation,
  openHistory,
  openInbox,
  openMessage,
  openPricing,
  openUsage,
  recordUsage,
  searchDocuments,
  summarise,
  writeMessage,
} from './screens.ts'
import { type DemoStack, openSessions, type Sessions, type User } from './sessions.ts'
import { listOrganisations, quota, repeatedPrompts } from './workers.ts'

/** What a part of the workload did. */
export interface WorkloadResult {
  /** Screens opened and jobs run. */
  done: number
  /** Statements that the API's timeout killed: trouble (h). */
  cancelled: number
  /** What went wrong otherwise, as `screen: reason`. */
  failures: string[]
}

/** The users of the demo, ready to work. */
export interface Workload {
  /** Works off a phase: the same screens in the same order each time, at most four at once. */
  run(phase: Phase): Promise<WorkloadResult>
  /** One screen, chosen by chance from those of a phase: what keeps the demo alive. */
  once(): Promise<WorkloadResult>
  /** Ends what runs. Harmless when repeated. */
  close(): Promise<void>
}

/** A screen that a person opens, or a job. */
export type Screen =
  | 'inbox'
  | 'message'
  | 'usage'
  | 'search'
  | 'history'
  | 'prompts'
  | 'assistant'
  | 'account'
  | 'theme'
  | 'write'
  | 'conversation'
  | 'pricing'
  | 'metering'
  | 'quota'
  | 'organisations'
  | 'summary'

/** How often each screen is opened. */
export type Phase = Readonly<Partial<Record<Screen, number>>>

/** Enough calls of each trouble that the default thresholds judge it, and healthy ones beside. */
export const beforeDeploy: Phase = {
  inbox: 16,
  message: 16,
  usage: 12,
  search: 16,
  history: 34,
  prompts: 12,
  assistant: 30,
  account: 20,
  theme: 12,
  write: 20,
  conversation: 20,
  pricing: 20,
  metering: 16,
  quota: 30,
  organisations: 12,
}

/** Trouble (h): runs beside the phases, because it takes as long as the API lets it. */
export const doomed: Phase = { summary: 1 }

export const afterDeploy: Phase = {
  ...beforeDeploy,
  inbox: 18,
  message: 20,
  search: 18,
  usage: 20,
  history: 40,
  prompts: 20,
}

const concurrency = 4

/**
 * Signs the users in.
 *
 * @throws ScopeError SCOPE_LOCAL_MISSING without supabase-js.
 */
export async function openWorkload(stack: DemoStack, seed = 1): Promise<Workload> {
  const sessions = await openSessions(stack)
  const clients = new Set<pg.PoolClient>()
  const pool = new pg.Pool({
    connectionString: stack.url,
    application_name: 'demo worker',
    max: concurrency,
  })
  pool.on('connect', (client) => clients.add(client))
  pool.on('remove', (client) => clients.delete(client))
  // The next query on a lost connection says what is wrong.
  pool.on('error', () => undefined)
  const random = seededRandom(seed)
  const open = screens(sessions, pool, random)
  let closed = false
  const close = async (): Promise<void> => {
    if (closed) return
    closed = true
    await cancelClients(clients, parseDatabaseUrl(stack.url))
    await pool.end()
  }
  return {
    run: (phase) => work(open, shuffled(deckOf(phase), random), () => closed),
    once: () => work(open, shuffled(deckOf(beforeDeploy), random).slice(0, 1), () => closed),
    close,
  }
}

function deckOf(phase: Phase): Screen[] {
  return Object.entries(phase).flatMap(([screen, times]) =>
    Array.from({ length: times }, () => screen as Screen),
  )
}

async function work(
  open: ReturnType<typeof screens>,
  deck: Screen[],
  isClosed: () => boolean,
): Promise<WorkloadResult> {
  const result: WorkloadResult = { done: 0, cancelled: 0, failures: [] }
  const queue = [...deck]
  const worker = async (): Promise<void> => {
    for (let screen = queue.shift(); screen !== undefined; screen = queue.shift()) {
      if (isClosed()) return
      try {
        const killed = await open[screen]()
        if (killed === true) result.cancelled++
        result.done++
      } catch (error) {
        // What fails because it was told to stop is no failure.
        if (isClosed()) return
        result.failures.push(`${screen}: ${error instanceof Error ? error.message : error}`)
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return result
}

/** Every screen and job by name, with what it needs drawn by chance. */
function screens({ users, visitor, backend }: Sessions, pool: pg.Pool, random: () => number) {
  const number = (below: number): number => 1 + Math.floor(random() * below)
  const one = <T>(of: readonly T[]): T => of[number(of.length) - 1] ?? fail()
  const user = (): User => one(users)
  const summariseOne = (who: User): Promise<boolean> => summarise(who, one(who.conversations))
  const openOne = (who: User): Promise<void> => openConversation(who, one(who.conversations))
  const writeOne = (who: User): Promise<void> =>
    writeMessage(who, one(who.conversations), `Note ${number(1_000_000)}`)
  return {
    inbox: () => openInbox(user()),
    message: () => openMessage(user(), number(160_000)),
    usage: () => openUsage(user()),
    search: () => searchDocuments(user(), `region r${number(996)}`),
    history: () => openHistory(user()),
    summary: () => summariseOne(user()),
    assistant: () => askAssistant(user(), `project p${number(4998)}`),
    account: () => openAccount(user()),
    theme: () => changeTheme(user(), random() < 0.5 ? 'dark' : 'light'),
    write: () => writeOne(user()),
    conversation: () => openOne(user()),
    pricing: () => openPricing(visitor),
    metering: () => recordUsage(backend, user(), '2026-11-01T00:00:00Z'),
    prompts: () => repeatedPrompts(pool),
    quota: () => quota(pool, user().orgId),
    organisations: () => listOrganisations(pool),
  }
}

function fail(): never {
  throw new Error('the demo has nothing to choose from')
}
