/** Places that results are brought to, as the configuration has them. */

/** A value that is kept in the environment: the configuration has its name alone. */
export interface FromEnvironment {
  env: string
}

/** Which results a place gets. */
export interface SinkRules {
  /** Unique among the sinks: what logs and the outbox call it. */
  name: string
  /**
   * `on-change`: when a finding is new, worse or resolved. `on-findings`: as long as one is open,
   * and once more when the last is resolved. `always`: each result.
   */
  when: 'always' | 'on-change' | 'on-findings'
  /** Findings below this level are not told here. */
  level: 'error' | 'warn' | 'info'
  /** Jobs whose results come here; all if empty. */
  jobs: readonly string[]
}

/** A place that results go to. Addresses and passwords are never in it, only their names. */
export type Sink = SinkRules &
  (
    | { type: 'stdout'; format: LocalFormat }
    | { type: 'file'; path: string; format: LocalFormat }
    | { type: 'step-summary' }
    | { type: 'annotations' }
    | { type: 'slack' | 'discord'; url: FromEnvironment; resend: boolean }
    | { type: 'webhook'; url: FromEnvironment; secret: FromEnvironment; resend: boolean }
    | EmailSink
  )

export type LocalFormat = 'text' | 'markdown' | 'html' | 'json'

export interface EmailSink extends SinkRules {
  type: 'email'
  host: string
  port: number
  /** TLS from the first byte; else STARTTLS, which is insisted on unless the host is this machine. */
  secure: boolean
  user?: FromEnvironment | undefined
  password?: FromEnvironment | undefined
  from: string
  to: readonly string[]
  resend: boolean
}

/** Sinks that belong to this process or machine; nobody else can finish what they began. */
export type LocalSink = Extract<Sink, { type: 'stdout' | 'file' | 'step-summary' | 'annotations' }>
export type RemoteSink = Exclude<Sink, LocalSink>

export function isLocal(sink: Sink): sink is LocalSink {
  return ['stdout', 'file', 'step-summary', 'annotations'].includes(sink.type)
}
