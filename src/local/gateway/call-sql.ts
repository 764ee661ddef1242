import { ApiError } from './api-error.ts'
import { exposedSchema, type Routine, type SchemaCache } from './schema-cache.ts'
import { type Fragment, join, name, raw, sql, value } from './sql-fragment.ts'
import { fromBody } from './write-sql.ts'

/** Arguments as a JSON body, or as values of the query string. */
export type Arguments = { json: string; names: string[] } | { values: Map<string, string> }

/**
 * The function that takes these arguments.
 *
 * @throws ApiError PGRST202 without one, PGRST203 with several.
 */
export function findRoutine(cache: SchemaCache, routine: string, given: string[]): Routine {
  const candidates = (cache.routines.get(routine) ?? []).filter(
    ({ parameters }) =>
      given.every((key) => parameters.some((parameter) => parameter.name === key)) &&
      parameters.every((parameter) => parameter.optional || given.includes(parameter.name)),
  )
  const [found, other] = candidates
  if (found === undefined) throw unknownRoutine(routine, given)
  if (other !== undefined) {
    throw new ApiError(
      300,
      'PGRST203',
      `Could not choose the best candidate function between: ${candidates.map(signature).join(', ')}`,
      {
        hint: 'Try renaming the parameters or the function itself in the database so function overloading can be resolved',
      },
    )
  }
  return found
}

function signature({ name: called, parameters }: Routine): string {
  return `${exposedSchema}.${called}(${parameters.map((p) => `${p.name} => ${p.type}`).join(', ')})`
}

function unknownRoutine(routine: string, given: string[]): ApiError {
  const called = `${exposedSchema}.${routine}`
  const list = given.length === 0 ? ' without parameters' : `(${given.join(', ')})`
  const parameters =
    given.length === 0
      ? ' without parameters'
      : ` with parameter${given.length > 1 ? 's' : ''} ${given.join(', ')}`
  return new ApiError(
    404,
    'PGRST202',
    `Could not find the function ${called}${list} in the schema cache`,
    {
      details: `Searched for the function ${called}${parameters} or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.`,
    },
  )
}

/** `SELECT "pgrst_call".* FROM … "public"."f"("a" := …) pgrst_call` */
export function callSql(routine: Routine, given: Arguments): Fragment {
  const scalar = returnsScalar(routine)
  const picked = raw(scalar ? 'pgrst_call.pgrst_scalar' : '"pgrst_call".*')
  const target = name(exposedSchema, routine.name)
  const call = (list: Fragment): Fragment =>
    scalar
      ? sql`(SELECT ${target}(${list}) pgrst_scalar) pgrst_call`
      : sql`${target}(${list}) pgrst_call`
  if ('values' in given) {
    const list = [...given.values].map(([key, text]) => {
      const type = routine.parameters.find((parameter) => parameter.name === key)?.type ?? 'text'
      return sql`${name(key)} := ${value(text)}::${raw(type)}`
    })
    return sql`SELECT ${picked} FROM ${call(join(list, ', '))}`
  }
  if (given.names.length === 0) return sql`SELECT ${picked} FROM ${call([])}`
  const payload = {
    json: given.json,
    isArray: false,
    columns: given.names,
    missingAsDefault: false,
  }
  const body = fromBody(routine.parameters, payload, { limitOne: true })
  const list = given.names.map((key) => sql`${name(key)} := pgrst_body.${name(key)}`)
  return sql`SELECT ${picked} ${body}, LATERAL ${call(join(list, ', '))}`
}

export function returnsScalar({ returns }: Routine): boolean {
  return returns === 'void' || returns === 'scalar' || returns === 'set of scalar'
}
