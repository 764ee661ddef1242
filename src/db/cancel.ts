import { connect as connectSocket, type Socket } from 'node:net'
import type pg from 'pg'
import { type BackendKey, backendKey } from './backend-key.ts'
import type { DatabaseUrl } from './database-url.ts'

/** A host that takes this long to accept a connection will not hear of the cancellation in time. */
const timeoutMs = 500

/**
 * Asks the server to end what these connections run. Closing a connection alone does not: a backend
 * that waits for a lock notices only afterwards that nobody is there any more.
 */
export async function cancelClients(
  clients: Iterable<pg.ClientBase>,
  url: DatabaseUrl,
): Promise<void> {
  const keys = [...clients].map(backendKey).filter((key) => key !== null)
  await Promise.all(keys.map((key) => requestCancel(key, url)))
}

/**
 * The CancelRequest message, on a connection of its own and, as by libpq, without TLS: it carries
 * nothing but the key. https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
function requestCancel(key: BackendKey, url: DatabaseUrl): Promise<void> {
  const message = Buffer.alloc(16)
  message.writeInt32BE(16, 0)
  message.writeInt32BE(80877102, 4)
  message.writeInt32BE(key.processId, 8)
  message.writeInt32BE(key.secretKey, 12)
  return new Promise((resolve) => {
    const socket = open(url)
    socket.setTimeout(timeoutMs, () => socket.destroy())
    // A server that is gone has nothing left to cancel.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve())
    socket.on('connect', () => socket.end(message))
    socket.resume()
  })
}

function open(url: DatabaseUrl): Socket {
  return url.host.startsWith('/')
    ? connectSocket(`${url.host}/.s.PGSQL.${url.port}`)
    : connectSocket(url.port, url.host)
}
