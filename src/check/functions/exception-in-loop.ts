import type { Rule } from '../rule.ts'
import { bodyRule } from './body-rule.ts'

/** Exception blocks that loops enter again and again. See docs/findings/function_exception_in_loop.md. */
export const exceptionInLoop: Rule = bodyRule({
  name: 'function_exception_in_loop',
  title: 'Exception block in a loop',
  description: 'Finds functions that open a subtransaction in each turn of a loop.',
  find({ body }) {
    const { exceptionsInLoops } = body
    if (exceptionsInLoops.length === 0) return null
    return {
      summary: 'a subtransaction for each turn of a loop',
      what: 'enters a block with an exception handler in each turn of a loop: each turn is a subtransaction, and with more than 64 that write every other session pays for them too',
      remediation:
        '-- ask before instead of catching afterwards: insert … on conflict do nothing; select … where exists (…);\n-- or put the handler around the loop, if one failure may end it.',
      lines: exceptionsInLoops,
      evidence: { blocks: exceptionsInLoops.length },
    }
  },
})
