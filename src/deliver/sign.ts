import { createHmac } from 'node:crypto'

/**
 * Signs a message as Standard Webhooks 1.0 says (www.standardwebhooks.com): HMAC-SHA256 over
 * `id.timestamp.body`, in base64, after `v1,`.
 *
 * @param secret - `whsec_` and the key in base64, or any text, whose UTF-8 bytes are the key.
 * @param timestamp - seconds since 1970, of this attempt
 */
export function signedHeaders(message: {
  id: string
  timestamp: number
  body: string
  secret: string
}): Record<string, string> {
  const { id, timestamp, body, secret } = message
  const signature = createHmac('sha256', keyOf(secret))
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64')
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  }
}

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)
}
