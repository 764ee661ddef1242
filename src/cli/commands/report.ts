import type { CommandContext } from '../context.ts'

export interface ReportOptions {
  since?: string
}

export async function report(context: CommandContext, _options: ReportOptions): Promise<number> {
  await context.open()
  return 0
}
