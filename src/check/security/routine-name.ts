import type { RoutineFacts } from '../../facts/index.ts'
import { quoteName } from '../../quote.ts'

/** `public.pay(integer, text)`, as SQL. */
export function signature({ schema, name, arguments: types }: RoutineFacts): string {
  return `${quoteName(schema, name)}(${types})`
}

/** `pay(integer, text)`: namesakes are told apart by what they take. */
export function routineKey({ name, arguments: types }: RoutineFacts): string {
  return `${name}(${types})`
}
