/** What Slack's incoming webhooks answer to what they refuse: limits of Block Kit, as documented. */

interface Text {
  type?: string
  text?: string
}

interface Block {
  type?: string
  text?: Text
  elements?: Text[]
}

/** The error code that Slack answers with; null if it takes the payload. */
export function slackError(body: string): string | null {
  let payload: { text?: unknown; blocks?: Block[] }
  try {
    payload = JSON.parse(body)
  } catch {
    return 'invalid_payload'
  }
  const { text, blocks } = payload
  if (typeof text !== 'string' || text.trim() === '') return 'no_text'
  if (text.length > 40_000) return 'msg_too_long'
  if (blocks === undefined) return null
  if (!Array.isArray(blocks) || blocks.length === 0 || blocks.length > 50) return 'invalid_blocks'
  if (!blocks.every(isBlock)) return 'invalid_blocks'
  // Undocumented: the whole must stay below some 13,000 characters.
  return JSON.stringify(blocks).length > 13_000 ? 'msg_blocks_too_long' : null
}

function isBlock({ type, text, elements }: Block): boolean {
  switch (type) {
    case 'header':
      return text?.type === 'plain_text' && within(text.text, 150)
    case 'section':
      return text?.type === 'mrkdwn' && within(text.text, 3_000)
    case 'context':
      return (
        Array.isArray(elements) &&
        elements.length >= 1 &&
        elements.length <= 10 &&
        elements.every((element) => element.type === 'mrkdwn' && within(element.text, 3_000))
      )
    default:
      return false
  }
}

function within(text: string | undefined, limit: number): boolean {
  return typeof text === 'string' && text.length >= 1 && text.length <= limit
}

/** What would ping somebody or be made a link: `<…>` that nobody escaped. */
export function slackPowers(body: string): string[] {
  const texts: string[] = []
  JSON.parse(body, (key, value) => {
    if (key === 'text' && typeof value === 'string') texts.push(value)
    return value
  })
  return texts.flatMap((text) => [
    ...(text.match(/<[^>]*>|[<>]/g) ?? []),
    // Between backticks Slack reads nothing else.
    ...(text.replace(/(```|`).*?\1/gs, '').match(/@(?:here|channel|everyone)|:\/\//g) ?? []),
  ])
}
