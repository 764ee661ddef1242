import type { CommandContext } from '../context.ts'

export interface SnapshotOptions {
  every?: string
}

export async function snapshot(
  context: CommandContext,
  _options: SnapshotOptions,
): Promise<number> {
  await context.open()
  return 0
}
