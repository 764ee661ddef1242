import type { StatementKind } from '../report.ts'

/** What a statement is, in Supabase's words. */
export interface StatementShape {
  kind: StatementKind
  /** `GET /rest/v1/messages?conversation_id=eq.…`; at most 240 characters. */
  label: string
  verb: 'read' | 'write' | 'call' | 'other'
  /** True if it looks like one of many that fetch or write row by row. */
  lookup: boolean
  /** Of a read: whether its outermost part has a limit. */
  limited?: boolean
}
