import { setImmediate } from 'node:timers/promises'
import { deliveryStore } from '../../src/collect/deliveries/index.ts'
import type { Database } from '../../src/db/index.ts'
import type {
  DeliverableResult,
  DeliveryStore,
  NoticeSource,
  Surroundings,
  Told,
} from '../../src/deliver/index.ts'
import type { Finding } from '../../src/finding.ts'
import {
  noticeSubject,
  renderAnnotations,
  renderDiscord,
  renderNotice,
  renderSlack,
} from '../../src/render/index.ts'
import type { Sink } from '../../src/sink.ts'

/** A world without waiting: what was waited for is noted. */
export function quickSurroundings(
  env: Record<string, string>,
  options: { signal?: AbortSignal; now?: () => number } = {},
): Surroundings & { waits: number[]; printed: string[]; runOutOfTime(): void } {
  let deadline = new AbortController()
  const waits: number[] = []
  const printed: string[] = []
  return {
    env,
    waits,
    printed,
    print: async (text) => void printed.push(text),
    printAside: async (text) => void printed.push(text),
    signal: options.signal ?? new AbortController().signal,
    now: options.now ?? (() => Date.now()),
    wait: async (ms) => {
      waits.push(ms)
      await setImmediate()
    },
    chance: () => 0.5,
    timeoutSignal: () => {
      deadline = new AbortController()
      return deadline.signal
    },
    runOutOfTime: () => deadline.abort(new DOMException('too late', 'TimeoutError')),
    renderings: {
      slack: renderSlack,
      discord: renderDiscord,
      annotations: renderAnnotations,
      subject: noticeSubject,
      notice: renderNotice,
    },
  }
}

export function outbox(db: Database): DeliveryStore {
  return deliveryStore<NoticeSource, Told>(db)
}

const rules = { when: 'on-change', level: 'info', jobs: [] } as const

export function chat(type: 'slack' | 'discord', more: Partial<Sink> = {}): Sink {
  const sink = { ...rules, name: type, type, url: { env: 'HOOK_URL' }, resend: false, ...more }
  return sink as Sink
}

export function webhook(more: Partial<Sink> = {}): Sink {
  const url = { env: 'HOOK_URL' }
  const secret = { env: 'HOOK_SECRET' }
  return { ...rules, name: 'webhook', type: 'webhook', url, secret, resend: true, ...more } as Sink
}

export function finding(cacheKey: string, more: Partial<Finding> = {}): Finding {
  return {
    name: 'slow_statement',
    title: 'Slow statement',
    level: 'WARN',
    categories: ['PERFORMANCE'],
    detail: `${cacheKey} takes 34 ms a call.`,
    remediation: 'Index it.',
    metadata: { name: `about ${cacheKey}`, role: 'anon', summary: '34 ms a call' },
    cacheKey,
    evidence: {},
    state: 'open',
    ...more,
  }
}

export function result(
  windowKey: string,
  keys: readonly (string | Finding)[],
  more: Partial<DeliverableResult> = {},
): DeliverableResult {
  return {
    kind: 'check',
    job: 'check',
    windowKey,
    database: 'app',
    at: '2026-11-23T02:30:00.000Z',
    window: null,
    findings: keys.map((key) => (typeof key === 'string' ? finding(key) : key)),
    ...more,
  }
}
