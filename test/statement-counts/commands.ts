import fc from 'fast-check'

/** Something that a server's users, administrators or bad luck do. */
export type Command =
  | { type: 'run'; role: number; shape: number; times: number }
  /** Many different statements, once each: more than pg_stat_statements holds. */
  | { type: 'flood'; from: number; count: number }
  | { type: 'snapshot' }
  | { type: 'reset' }
  /** Of one statement of one role; called in another database if `foreign`. */
  | { type: 'reset-one'; role: number; shape: number; foreign: boolean }
  /** The same between calls: what the entry counts afterwards may look like growth. */
  | { type: 'regrow'; role: number; shape: number; before: number; after: number }
  /** Of minimum and maximum only. */
  | { type: 'reset-extremes' }
  /** A clean restart keeps the statistics. */
  | { type: 'restart' }
  /** An immediate stop keeps them too, but empties unlogged tables. */
  | { type: 'stop' }
  /** A killed backend takes the statistics with it. */
  | { type: 'crash' }

export const roles = ['postgres', 'authenticated', 'service_role'] as const
export const hotShapes = 10
export const floodShapes = 150

/** Statements with another number of columns have other ids; `select 1` is what pings send. */
export function statementOf(shape: number): string {
  return `select 1, 1${', 1'.repeat(shape)}`
}

const role = fc.nat({ max: roles.length - 1 })
const shape = fc.nat({ max: hotShapes - 1 })
const run = fc.record({
  type: fc.constant('run' as const),
  role,
  shape,
  times: fc.integer({ min: 1, max: 6 }),
})
const flood = fc.record({
  type: fc.constant('flood' as const),
  from: fc.integer({ min: hotShapes, max: hotShapes + floodShapes - 1 }),
  count: fc.integer({ min: 5, max: 90 }),
})
const resetOne = fc.record({
  type: fc.constant('reset-one' as const),
  role,
  shape,
  foreign: fc.boolean(),
})
const regrow = fc.record({
  type: fc.constant('regrow' as const),
  role,
  // Half of them known to a snapshot before, half probably not.
  shape: fc.oneof(shape, fc.nat({ max: hotShapes + floodShapes - 1 })),
  before: fc.nat({ max: 2 }),
  after: fc.integer({ min: 1, max: 120 }),
})
const simple = <T extends Command['type']>(type: T): fc.Arbitrary<{ type: T }> =>
  fc.constant({ type })

/** Sequences of what may happen; rarer is what takes the server long. */
export function commands(options: { resetExtremes: boolean }): fc.Arbitrary<Command[]> {
  const arbitrary: fc.Arbitrary<Command> = fc.oneof(
    { weight: 32, arbitrary: run },
    { weight: 12, arbitrary: regrow },
    { weight: 3, arbitrary: flood },
    { weight: 24, arbitrary: simple('snapshot') },
    { weight: 3, arbitrary: simple('reset') },
    { weight: 4, arbitrary: resetOne },
    { weight: options.resetExtremes ? 3 : 0, arbitrary: simple('reset-extremes') },
    { weight: 2, arbitrary: simple('restart') },
    { weight: 1, arbitrary: simple('stop') },
    { weight: 1, arbitrary: simple('crash') },
  )
  return fc.array(arbitrary, { minLength: 15, maxLength: 40 })
}
