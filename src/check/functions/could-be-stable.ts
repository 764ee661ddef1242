import type { Rule } from '../rule.ts'
import { bodyRule, isRpc, signature } from './body-rule.ts'

/** Functions that only read, and do not say so. See docs/findings/function_could_be_stable.md. */
export const couldBeStable: Rule = bodyRule({
  name: 'function_could_be_stable',
  title: 'Could be stable',
  description: 'Finds functions that are volatile by default though they only read.',
  find(one, facts) {
    const { body, volatility, trigger, kind, volatileCalls } = one
    const isVolatile = volatility === 'volatile' && !trigger && kind === 'function'
    const readsOnly = !body.hasEffects && body.dynamic.length === 0 && volatileCalls.length === 0
    // One that asks no table may be immutable, or be made to be called for its time or chance.
    if (!isVolatile || !readsOnly || body.statements.length === 0) return null
    const rpc = isRpc(one, facts) ? ', and the API runs it only by POST, on the primary' : ''
    return {
      summary: 'volatile, though it only reads',
      what: `only reads, but is volatile, as functions are by default: in a condition it runs once a row, no index serves a comparison with it${rpc}`,
      remediation: `alter function ${signature(one)} stable;`,
      evidence: { statements: body.statements.length },
    }
  },
})
