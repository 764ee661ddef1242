import type { Installation } from '../../src/local/postgres/index.ts'

export async function trixie17(): Promise<Installation | { reason: string }> {
  return { reason: 'not built yet' }
}
