/** What Discord's webhooks answer to what they refuse: limits of messages and embeds, as documented. */

interface Embed {
  title?: string
  description?: string
  fields?: { name?: string; value?: string }[]
  footer?: { text?: string }
  author?: { name?: string }
}

interface Payload {
  content?: string
  embeds?: Embed[]
  allowed_mentions?: { parse?: string[] }
}

/** The answer's code and the field at fault; null if Discord takes the payload. */
export function discordError(body: string): { code: number; field: string } | null {
  let payload: Payload
  try {
    payload = JSON.parse(body)
  } catch {
    return { code: 50_109, field: 'body' }
  }
  const { content = '', embeds = [] } = payload
  if (content === '' && embeds.length === 0) return { code: 50_006, field: 'content' }
  const field = fault(content, embeds)
  return field === null ? null : { code: 50_035, field }
}

function fault(content: string, embeds: Embed[]): string | null {
  if (content.length > 2_000) return 'content'
  if (embeds.length > 10) return 'embeds'
  const at = embeds.map(embedFault).findIndex((found) => found !== null)
  if (at >= 0) return `embeds.${at}.${embedFault(embeds[at] ?? {})}`
  return embeds.reduce((sum, embed) => sum + sizeOf(embed), 0) > 6_000 ? 'embeds size' : null
}

function embedFault({ title, description, fields = [], footer }: Embed): string | null {
  if ((title ?? '').length > 256) return 'title'
  if ((description ?? '').length > 4_096) return 'description'
  if ((footer?.text ?? '').length > 2_048) return 'footer'
  if (fields.length > 25) return 'fields'
  if (!fields.every(({ name }) => isFilled(name, 256))) return 'fields.name'
  return fields.every(({ value }) => isFilled(value, 1_024)) ? null : 'fields.value'
}

/** Discord trims before it counts. */
function isFilled(text: string | undefined, limit: number): boolean {
  return (text ?? '').trim().length >= 1 && (text ?? '').length <= limit
}

function sizeOf({ title, description, fields = [], footer, author }: Embed): number {
  const texts = [title, description, footer?.text, author?.name]
  const all = [...texts, ...fields.flatMap(({ name, value }) => [name, value])]
  return all.reduce((sum, text) => sum + (text ?? '').length, 0)
}

/** Whether a message of this payload could ping anybody. */
export function mayPing(body: string): boolean {
  const { allowed_mentions }: Payload = JSON.parse(body)
  return allowed_mentions?.parse?.length !== 0
}
