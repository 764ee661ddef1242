/** Who sent a statement, as the tags of its sqlcommenter comment say: `application='web',route='%2Fapi'`. */
export interface CommentTags {
  /** `web`, `chat-worker`; empty if the comment names none. */
  application: string
  /** `/api/chat`; empty if the comment names none. */
  route: string
  /** True if it comes from an edge function. */
  edge: boolean
}

const tagPattern = /([A-Za-z_][\w.-]{0,63})='((?:[^'\\]|\\.){0,256})'/g
const routeKeys = ['route', 'edge_function', 'function', 'path', 'action', 'controller']

/** Reads the tags that sqlcommenter libraries put into comments; null if there are none. */
export function readCommentTags(comments: readonly string[]): CommentTags | null {
  const tags = new Map<string, string>()
  for (const comment of comments) {
    for (const [, key = '', value = ''] of comment.matchAll(tagPattern)) {
      tags.set(key.toLowerCase(), decode(value).slice(0, 100))
    }
  }
  const application = tags.get('application') ?? tags.get('app') ?? ''
  const route = routeKeys.map((key) => tags.get(key)).find((value) => value) ?? ''
  if (application === '' && route === '') return null
  const runtime = `${application} ${tags.get('framework') ?? ''}`
  const edge = tags.has('edge_function') || /\b(edge|deno|supabase-functions)\b/i.test(runtime)
  return { application, route, edge }
}

/** sqlcommenter percent-encodes values; text that is not so encoded stays as it is. */
function decode(value: string): string {
  const encoded = value.replaceAll(/%(?![0-9A-Fa-f]{2})/g, '%25')
  try {
    return decodeURIComponent(encoded)
  } catch (error) {
    // Percent-encoded bytes that are not UTF-8.
    if (error instanceof URIError) return value
    throw error
  }
}
