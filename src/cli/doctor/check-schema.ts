import { schemaProblem } from '../../db/index.ts'
import { type Check, type Facts, fail, ok, warn } from './check.ts'

/** Without a snapshot for this long, the collector is thought to have stopped. */
const staleSeconds = 900

export function checkSchema(facts: Facts): Check[] {
  const schema = checkMigrations(facts)
  return schema.status === 'ok' ? [schema, checkSnapshots(facts.snapshots)] : [schema]
}

function checkMigrations({ schema, capabilities }: Facts): Check {
  const problem = schemaProblem(schema)
  if (problem === null) {
    const newer =
      schema.newer.length > 0 ? `, and ${schema.newer.join(', ')} of a newer version` : ''
    return ok('schema', `all ${capabilities.migrations?.length ?? 0} migrations applied${newer}`)
  }
  if (schema.state === 'missing') {
    return warn(
      'schema',
      'not there: `report` shows the counters since their last reset; history, trends and regressions need it',
      'supascope migrate',
    )
  }
  return fail('schema', problem.message, problem.hint)
}

function checkSnapshots(snapshots: Facts['snapshots']): Check {
  if (snapshots === null) {
    return fail(
      'snapshots',
      'this role may not read the stored snapshots',
      'see docs/permissions.md for the grants and policies',
    )
  }
  const { count, ageSeconds } = snapshots
  if (ageSeconds === null) {
    return warn(
      'snapshots',
      'none yet: `report` shows the counters since their last reset',
      'supascope snapshot --every 60s',
    )
  }
  const detail = `${count} stored, the last one ${describeAge(ageSeconds)} ago`
  if (ageSeconds <= staleSeconds) return ok('snapshots', detail)
  return warn(
    'snapshots',
    `${detail}: nobody takes them now, so reports end there`,
    'supascope snapshot --every 60s',
  )
}

function describeAge(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} days`
}
