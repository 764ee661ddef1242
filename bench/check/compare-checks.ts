import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type pg from 'pg'
import { rules, runRules } from '../../src/check/index.ts'
import { readFacts } from '../../src/collect/catalog/index.ts'
import type { Capabilities, Database } from '../../src/db/index.ts'
import { supabaseJson } from '../../test/supabase-cli.ts'
import { ratio, Timings } from '../collect/measure.ts'
import { serverTime } from '../collect/server-time.ts'

interface Watched {
  url: string
  db: Database
  capabilities: Capabilities
  client: pg.Client
}

/** What the query of `supabase db advisors` begins with, behind the parenthesis of its union. */
const advisorsMark = 'with foreign_keys as'

/** Each round runs both, so that what else the machine does hits both. */
export async function compareChecks(watched: Watched, rounds: number): Promise<void> {
  const [ours, probes, judged] = [new Timings(), new Timings(), new Timings()]
  const [query, command] = [new Timings(), new Timings()]
  const byProbe = new Map<string, Timings>()
  const heap: number[] = []
  const resident: number[] = []
  let findings = 0
  let theirs = 0
  for (let round = 0; round < rounds; round++) {
    await ours.measure(async () => {
      const facts = await probes.measure(() => readTimed(watched, byProbe))
      const context = { now: facts.seen.server?.now ?? '', statisticsMinutes: 30 * 24 * 60 }
      const result = await judged.measure(async () => runRules(rules, facts, context))
      findings = result.findings.length
    })
    heap.push(heapInUse())
    resident.push(process.memoryUsage().rss)
    const before = await serverTime(watched.client, advisorsMark)
    theirs = await command.measure(() => advisors(watched.url))
    query.add((await serverTime(watched.client, advisorsMark)) - before)
  }
  console.log(`a check by ${rules.length} rules: ${findings} findings`)
  console.log(`  whole ${ours}; aim: under 5 s`)
  console.log(`  probes ${probes}`)
  for (const [name, timings] of slowest(byProbe)) console.log(`    ${name} ${timings}`)
  console.log(`  rules ${judged}`)
  console.log(`\`supabase db advisors\`: ${theirs} findings`)
  console.log(`  its query, on the server ${query}`)
  console.log(`  the command ${command}`)
  console.log(`a check, as a multiple of that query: ${ratio(ours, query)}`)
  console.log(
    `memory after each round, MB: heap ${megabytes(heap)}; resident ${megabytes(resident)}`,
  )
}

type SeenFacts = Awaited<ReturnType<typeof readFacts>>

/** Each probe by itself, as the check runs them: one after the other. */
async function readTimed(
  { db, capabilities }: Watched,
  byProbe: Map<string, Timings>,
): Promise<SeenFacts> {
  let last: { name: string; at: number } | null = null
  const end = (): void => {
    if (last === null) return
    const timings = byProbe.get(last.name) ?? new Timings()
    timings.add(performance.now() - last.at)
    byProbe.set(last.name, timings)
  }
  const facts = await readFacts(db, capabilities, {
    onProbe: (name) => {
      end()
      last = { name, at: performance.now() }
    },
  })
  end()
  for (const [name, { why }] of Object.entries(facts.unseen)) throw new Error(`${name}: ${why}`)
  return facts
}

function slowest(byProbe: Map<string, Timings>): [string, Timings][] {
  return [...byProbe].sort(([, a], [, b]) => b.median - a.median).slice(0, 8)
}

async function advisors(url: string): Promise<number> {
  const command = ['db', 'advisors', '--type', 'all', '--level', 'info']
  const { results } = await supabaseJson<{ results: unknown[] }>(url, ...command)
  return results.length
}

/** What is left after the garbage is gone. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  collect()
  return process.memoryUsage().heapUsed
}

function megabytes(bytes: readonly number[]): string {
  return bytes.map((each) => (each / 1024 ** 2).toFixed(0)).join(' ')
}
