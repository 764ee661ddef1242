import { z } from 'zod'
import { type Budget, parseBudget } from './budget.ts'
import type { Sink } from './sink.ts'

const secret = z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/) })
const common = {
  name: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'letters, digits, dots, dashes and underscores, 64 at most')
    .optional(),
  when: z.enum(['always', 'on-change', 'on-findings']).default('on-change'),
  level: z.enum(['error', 'warn', 'info']).default('info'),
  jobs: z.array(z.string().min(1)).default([]),
}
const format = z.enum(['text', 'markdown', 'html', 'json'])
const address = z.string().regex(/^[^\r\n]*@[^\r\n]+$/, 'an e-mail address')

const sinkSchema = z.discriminatedUnion('type', [
  z.strictObject({ ...common, type: z.literal('stdout'), format: format.default('text') }),
  z.strictObject({
    ...common,
    type: z.literal('file'),
    path: z.string().min(1),
    format: format.default('html'),
  }),
  z.strictObject({ ...common, type: z.literal('step-summary') }),
  z.strictObject({ ...common, type: z.literal('annotations') }),
  ...(['slack', 'discord'] as const).map((type) =>
    z.strictObject({
      ...common,
      type: z.literal(type),
      url: secret,
      resend: z.boolean().default(false),
    }),
  ),
  z.strictObject({
    ...common,
    type: z.literal('webhook'),
    url: secret,
    secret,
    resend: z.boolean().default(true),
  }),
  z
    .strictObject({
      ...common,
      type: z.literal('email'),
      host: z.string().min(1),
      port: z.number().int().min(1).max(65_535).default(587),
      secure: z.boolean().default(false),
      user: secret.optional(),
      password: secret.optional(),
      from: address,
      to: z.array(address).min(1).max(50),
      resend: z.boolean().default(false),
    })
    .refine(({ user, password }) => (user === undefined) === (password === undefined), {
      error: 'user and password go together',
    }),
])

export const deliverSchema: z.ZodType<Sink[]> = z
  .array(sinkSchema.transform((sink): Sink => ({ ...sink, name: sink.name ?? sink.type })))
  .refine((sinks) => new Set(sinks.map(({ name }) => name)).size === sinks.length, {
    error: 'two sinks have the same name: give each its own',
  })

const ratio = z.number().positive()
const count = z.number().int().min(1).max(100)
const tuningSchema = z.strictObject({
  budget: z.string().min(1).max(300),
  name: z.string().min(1).max(200).optional(),
  windowMinutes: z.number().int().min(1).max(1_440).optional(),
  minSamples: z.number().int().min(1).optional(),
  raiseAfter: count.optional(),
  of: count.optional(),
  raiseAtRatio: ratio.min(1).optional(),
  clearBelow: ratio.max(1).optional(),
  clearAfter: count.optional(),
})

const budgetSchema = z
  .union([z.string().min(1).max(300), tuningSchema])
  .transform((settings, context): Budget => {
    const { budget, ...tuning } =
      typeof settings === 'string' ? { budget: settings } : withoutUndefined(settings)
    const parsed = parseBudget(budget, tuning)
    if (parsed !== null && parsed.raiseAfter <= parsed.of) return parsed
    const message =
      parsed === null
        ? `'${budget}' is no budget: write it like 'p95 of route GET /orders < 300 ms'`
        : 'raiseAfter is more than of'
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })

export const budgetsSchema: z.ZodType<Budget[]> = z
  .array(budgetSchema)
  .max(200)
  .refine((budgets) => new Set(budgets.map(({ name }) => name)).size === budgets.length, {
    error: 'two budgets have the same name',
  })

type Said<T> = { [K in keyof T]: Exclude<T[K], undefined> }

function withoutUndefined<T extends object>(value: T): Said<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Said<T>
}
