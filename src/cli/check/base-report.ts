import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { ScopeError } from '../../errors.ts'
import type { FindingLevel } from '../../finding.ts'

/** What an earlier check found, by the keys of its findings. */
export type BaseFindings = ReadonlyMap<string, FindingLevel>

const baseSchema = z.object({
  schema: z.literal(1),
  findings: z.array(z.object({ cacheKey: z.string(), level: z.enum(['ERROR', 'WARN', 'INFO']) })),
})

/**
 * Reads the JSON of an earlier check.
 *
 * @throws ScopeError SCOPE_USAGE if it can't be read or is something else.
 */
export async function readBaseReport(file: string): Promise<BaseFindings> {
  const hint = `make it by: supascope check --format json --output ${file}`
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw new ScopeError('SCOPE_USAGE', `the base report ${file} can't be read`, hint, { cause })
  }
  const parsed = baseSchema.safeParse(parseJson(text))
  if (parsed.success) return new Map(parsed.data.findings.map((one) => [one.cacheKey, one.level]))
  throw new ScopeError('SCOPE_USAGE', `${file} is no check in JSON`, hint, { cause: parsed.error })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What is no JSON is no report: the schema says so.
    return undefined
  }
}
