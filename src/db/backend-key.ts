import type pg from 'pg'

/** What the server handed out at start-up, so that this connection can be named from another. */
export interface BackendKey {
  processId: number
  secretKey: number
}

/** The driver keeps the key in public fields that its types leave out. */
export function backendKey(client: pg.ClientBase): BackendKey | null {
  const { processID, secretKey } = client as { processID?: unknown; secretKey?: unknown }
  return typeof processID === 'number' && typeof secretKey === 'number'
    ? { processId: processID, secretKey }
    : null
}
