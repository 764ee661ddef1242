import type { IncomingMessage } from 'node:http'
import { ApiError } from './api-error.ts'

/** Reads a body whole, up to a limit. @throws ApiError 413 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw new ApiError(413, '', 'Request size limit exceeded')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
