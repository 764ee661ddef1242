import type { StoredFinding } from './stored-finding.ts'

/** What a person decides about a finding. */
export type Decision =
  | { kind: 'acknowledge'; reason: string | null }
  | { kind: 'ignore'; reason: string; until: string | null }
  | { kind: 'reopen' }

/**
 * A finding after a person's decision. Resolved ones can be ignored, so that they stay silent when
 * they come back; to acknowledge or to reopen what is resolved changes nothing.
 */
export function decide(
  stored: StoredFinding,
  decision: Decision,
  by: string,
  at: string,
): StoredFinding {
  if (decision.kind !== 'ignore' && stored.state === 'resolved') return stored
  if (decision.kind === 'reopen' && stored.state === 'open') return stored
  const state = ({ acknowledge: 'acknowledged', ignore: 'ignored', reopen: 'open' } as const)[
    decision.kind
  ]
  return {
    ...stored,
    finding: { ...stored.finding, state },
    state,
    stateSince: at,
    reason: decision.kind === 'reopen' ? null : decision.reason,
    ignoredUntil: decision.kind === 'ignore' ? decision.until : null,
    changedBy: by,
    acknowledgedLevel: decision.kind === 'acknowledge' ? stored.finding.level : null,
  }
}
