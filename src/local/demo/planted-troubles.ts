/** One trouble of the demo, and how the report must show it. */
export interface PlantedTrouble {
  /** The letter that schema.sql and indexes.sql call it by. */
  letter: string
  name: string
  what: string
  /** Matches the label of its statement, and of no other's; null if no statistics show it. */
  label: RegExp | null
  role: string | null
  /** Flags that its statement must carry. */
  flags: readonly ('slow' | 'chatty' | 'spilling' | 'regressed')[]
  /** Entry of the report's `not_seen` that stands for it instead. */
  notSeen: string | null
}

const shown = { notSeen: null } as const

/** What is wrong with the demo, on purpose. Everything else is as it should be. */
export const plantedTroubles: readonly PlantedTrouble[] = [
  {
    ...shown,
    letter: 'a',
    name: 'unindexed foreign key',
    what: 'attachments.message_id has no index, and the screen of a message filters by it',
    label: /^GET \/rest\/v1\/attachments\?message_id=eq/,
    role: 'authenticated',
    flags: ['slow'],
  },
  {
    ...shown,
    letter: 'b',
    name: 'bare auth.uid() in a policy',
    what: 'the policy of usage_events parses the claims once a row, and no index serves it',
    label: /^GET \/rest\/v1\/usage_events\b/,
    role: 'authenticated',
    flags: ['slow'],
  },
  {
    ...shown,
    letter: 'c',
    name: 'policy function that runs a query a row',
    what: 'the policy of conversations calls is_member(org_id) for each row of the scan',
    label: /^GET \/rest\/v1\/conversations\?archived=/,
    role: 'authenticated',
    flags: ['slow'],
  },
  {
    ...shown,
    letter: 'd',
    name: 'search that no index serves under row level security',
    what: 'documents.search @@ … is not leakproof, so authenticated can not use its GIN index',
    label: /^GET \/rest\/v1\/documents\?search=wfts/,
    role: 'authenticated',
    flags: ['slow'],
  },
  {
    ...shown,
    letter: 'e',
    name: 'N+1',
    what: 'the inbox asks for the last message of each conversation by a request of its own',
    label: /^GET \/rest\/v1\/messages\?conversation_id=eq/,
    role: 'authenticated',
    flags: ['chatty'],
  },
  {
    ...shown,
    letter: 'f',
    name: 'query that spills to disk',
    what: 'the report of repeated prompts sorts more text than work_mem holds',
    label: /^edge repeated-prompts\b/,
    role: 'postgres',
    flags: ['spilling'],
  },
  {
    ...shown,
    letter: 'g',
    name: 'statement that regresses half-way',
    what: 'the deploy drops the index on messages (author_id, created_at)',
    label: /^GET \/rest\/v1\/messages\?author_id=eq/,
    role: 'authenticated',
    flags: ['regressed'],
  },
  {
    letter: 'h',
    name: 'statement killed by the timeout',
    what: 'summarise_conversation waits for a model inside the database, longer than the API lets it',
    label: null,
    role: null,
    flags: [],
    notSeen: 'cancelled_statements',
  },
]
