import type { BudgetTuning } from './budget.ts'
import type { FromEnvironment } from './sink.ts'

interface CommonSettings {
  /** What logs and the outbox call it; unique. Without it the type. */
  name?: string
  /** Which results it gets: docs/delivery.md. `on-change` without it. */
  when?: 'always' | 'on-change' | 'on-findings'
  /** Findings below are not told here; `info` without it. */
  level?: 'error' | 'warn' | 'info'
  /** Jobs whose results it gets; all without it. */
  jobs?: string[]
}

/** A place that results are brought to: docs/delivery.md. */
export type SinkSettings = CommonSettings &
  (
    | { type: 'stdout'; format?: 'text' | 'markdown' | 'html' | 'json' }
    | { type: 'file'; path: string; format?: 'text' | 'markdown' | 'html' | 'json' }
    | { type: 'step-summary' }
    | { type: 'annotations' }
    | { type: 'slack' | 'discord'; url: FromEnvironment; resend?: boolean }
    | { type: 'webhook'; url: FromEnvironment; secret: FromEnvironment; resend?: boolean }
    | {
        type: 'email'
        host: string
        port?: number
        secure?: boolean
        user?: FromEnvironment
        password?: FromEnvironment
        from: string
        to: string[]
        resend?: boolean
      }
  )

/** A budget as a sentence, or with what is said beside it: docs/budgets.md. */
export type BudgetSettings = string | ({ budget: string } & BudgetTuning)
