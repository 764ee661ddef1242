import { storeMark } from '../../collect/marks/index.ts'
import { schemaProblem, schemaState, shippedMigrations } from '../../db/index.ts'
import { ScopeError } from '../../errors.ts'
import { formatTime } from '../../quantity.ts'
import { cleanLine } from '../../render/clean-text.ts'
import type { CommandContext } from '../context.ts'
import { parseMoment } from '../time-span.ts'
import { userName } from '../user-name.ts'

export interface MarkOptions {
  args?: string[]
  at?: string
  by?: string
}

const longestName = 200

export async function mark(context: CommandContext, options: MarkOptions): Promise<number> {
  const name = cleanLine(options.args?.[0] ?? '', longestName)
  if (name === '') {
    throw new ScopeError(
      'SCOPE_USAGE',
      'a mark needs a name',
      'give one: supascope mark "deploy v42"',
    )
  }
  const at = options.at === undefined ? null : parseMoment(options.at, '--at', new Date())
  const { db, capabilities } = await context.open()
  const problem = schemaProblem(schemaState(capabilities, await shippedMigrations()))
  if (problem !== null) throw problem
  const stored = await storeMark(db, { name, at, by: options.by ?? userName() })
  const result = { schema: 1, name: stored.name, at: stored.at, by: stored.by, made: stored.made }
  await context.print(
    context.format === 'json'
      ? `${JSON.stringify(result)}\n`
      : `${stored.made ? 'marked' : 'was marked already'}: ${stored.name}, ${formatTime(stored.at)}\n`,
  )
  return 0
}
