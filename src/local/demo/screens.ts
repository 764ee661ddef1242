import type { SupabaseClient } from '@supabase/supabase-js'
import type { User } from './sessions.ts'

/** What a person does in the app: each function is one screen, as a front end would load it. */

interface Conversation {
  id: string
  title: string
}

/** Troubles (c) and (e): the list, then the last message of each conversation, one by one. */
export async function openInbox({ client }: User): Promise<void> {
  const conversations = await rows<Conversation>(
    client
      .from('conversations')
      .select('id,title,updated_at')
      .eq('archived', false)
      .order('updated_at', { ascending: false })
      .limit(25),
  )
  for (const { id } of conversations) {
    await rows(
      client
        .from('messages')
        .select('content,created_at')
        .eq('conversation_id', id)
        .order('created_at', { ascending: false })
        .limit(1),
    )
  }
}

/** Trouble (a) */
export async function openMessage({ client }: User, messageId: number): Promise<void> {
  await rows(
    client.from('attachments').select('id,file_name,size_bytes').eq('message_id', messageId),
  )
}

/** Trouble (b) */
export async function openUsage({ client }: User): Promise<void> {
  await rows(
    client
      .from('usage_events')
      .select('kind,model,tokens,created_at')
      .order('created_at', { ascending: false })
      .limit(20),
  )
}

/** Trouble (d) */
export async function searchDocuments({ client }: User, words: string): Promise<void> {
  await rows(
    client
      .from('documents')
      .select('id,title')
      .textSearch('search', words, { type: 'websearch', config: 'english' })
      .order('created_at', { ascending: false })
      .limit(20),
  )
}

/** Trouble (g), once the index is gone. */
export async function openHistory({ client, id }: User): Promise<void> {
  await rows(
    client
      .from('messages')
      .select('id,content,created_at')
      .eq('author_id', id)
      .order('created_at', { ascending: false })
      .limit(20),
  )
}

/** Trouble (h): answers true if the API's timeout killed it, as it should. */
export async function summarise({ client }: User, conversation: string): Promise<boolean> {
  const { error } = await client.rpc('summarise_conversation', { conversation })
  if (error !== null && error.code !== '57014') throw failed(error)
  return error !== null
}

/** The same search done right: an RPC that filters by organisation itself. */
export async function askAssistant({ client }: User, query: string): Promise<void> {
  await rows(client.rpc('match_documents', { query, match_count: 3 }))
}

export async function openAccount({ client, id }: User): Promise<void> {
  await rows(client.from('members').select('role,organisations(name,plan_id)').eq('user_id', id))
  await rows(client.from('preferences').select('theme,settings').eq('user_id', id))
}

export async function changeTheme({ client, id }: User, theme: string): Promise<void> {
  await done(client.from('preferences').upsert({ user_id: id, theme }))
}

export async function writeMessage(
  { client, id, orgId }: User,
  conversation: string,
  content: string,
): Promise<void> {
  const row = { conversation_id: conversation, org_id: orgId, author_id: id, role: 'user', content }
  await done(client.from('messages').insert(row))
}

export async function openConversation({ client }: User, conversation: string): Promise<void> {
  const columns = 'id,title,messages(id,role,content,tool_calls(tool,duration_ms))'
  await rows(client.from('conversations').select(columns).eq('id', conversation))
}

export async function openPricing(visitor: SupabaseClient): Promise<void> {
  await rows(visitor.from('plans').select('name,price_cents').order('price_cents'))
}

export async function recordUsage(backend: SupabaseClient, user: User, at: string): Promise<void> {
  const event = {
    org_id: user.orgId,
    user_id: user.id,
    model: 'small',
    tokens: 120,
    created_at: at,
  }
  const events = ['search', 'completion'].map((kind) => ({ ...event, kind }))
  await done(backend.rpc('record_usage', { events }))
}

interface Result {
  data: unknown
  error: { code: string; message: string } | null
}

async function rows<Row>(request: PromiseLike<Result>): Promise<Row[]> {
  const { data, error } = await request
  if (error !== null) throw failed(error)
  return Array.isArray(data) ? (data as Row[]) : []
}

async function done(request: PromiseLike<Result>): Promise<void> {
  const { error } = await request
  if (error !== null) throw failed(error)
}

function failed({ code, message }: { code: string; message: string }): Error {
  return new Error(`${code} ${message}`.trim())
}
