/** A process that hands over results one after the other, and may be killed at any time. */
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { connect } from '../../src/db/index.ts'
import { deliver, drainOutbox } from '../../src/deliver/index.ts'
import { chat, outbox, quickSurroundings, result, webhook } from './harness.ts'

const [url = '', count = '0', slackUrl = '', hookUrl = '', secret = ''] = process.argv.slice(2)
const { db } = await connect({ url, maxConnections: 3 })
const store = outbox(db)
const env = { HOOK_URL: hookUrl, HOOK_SECRET: secret, SLACK_URL: slackUrl }
const sinks = [
  chat('slack', { when: 'always', url: { env: 'SLACK_URL' } } as Parameters<typeof chat>[1]),
  webhook({ when: 'always' }),
]
const around = quickSurroundings(env)
/** The dead are taken for dead after this, ms; whatever it is, nothing may be sent twice. */
const leaseMs = 700

for (let i = 0; i < Number(count); i += 1) {
  await deliver({ result: result(String(i), [`w-${i}-w`]), sinks, store, around, leaseMs })
}
for (;;) {
  await drainOutbox({ store, sinks, around, leaseMs })
  const { rows } = await sql<{ left: boolean }>`
    select exists (select from supascope.deliveries where settled_at is null) as left`.execute(db)
  if (!rows[0]?.left) break
  await sql`
    update supascope.deliveries set due_at = clock_timestamp() where state = 'waiting'`.execute(db)
  await sleep(20)
}
process.exit(0)
