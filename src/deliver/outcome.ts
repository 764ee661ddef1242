/** What is known after one attempt. Reasons are one line for people and hold no secret. */
export type Outcome =
  | { kind: 'delivered'; answer: string }
  /** Not taken, and it will not be: another attempt is useless. */
  | { kind: 'refused'; reason: string }
  /** Known not to be taken; it may be next time. */
  | { kind: 'failed'; reason: string; retryAfterMs: number | null }
  /** Sent, and nobody can say whether it arrived. */
  | { kind: 'uncertain'; reason: string }
