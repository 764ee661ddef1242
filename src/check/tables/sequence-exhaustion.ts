import { isManaged, type SequenceFacts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatShare } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { quoted } from './own-tables.ts'
import { highest, isBoundByColumn, shareUsed, widen } from './sequence-room.ts'

const name = 'sequence_exhaustion'
const title = 'Sequence near its end'

const warning = 0.8
const critical = 0.9

/** Sequences that are nearly used up. See docs/findings/sequence_exhaustion.md. */
export const sequenceExhaustion: Rule = defineRule({
  name,
  title,
  description: 'Finds sequences near the end of their range or of what their column can hold.',
  examines: 'sequences',
  needs: ['sequences'],
  trouble: 'sequence_runs_out',
  judge({ sequences }) {
    // A sequence that cycles is meant to begin again.
    const own = sequences.filter((one) => !isManaged(one) && !one.cycles && one.lastValue !== null)
    return {
      examined: own.length,
      findings: own.filter((one) => shareUsed(one) >= warning).map(finding),
    }
  },
})

function finding(sequence: SequenceFacts): Finding {
  const { column, lastValue } = sequence
  const share = shareUsed(sequence)
  const end = highest(sequence)
  const where =
    column === null
      ? ''
      : `, which fills ${quoted({ schema: column.schema, name: column.table })}.${column.name} (${column.typeName}),`
  const bound = isBoundByColumn(sequence)
    ? 'the column holds no more'
    : 'the sequence gives no more'
  return objectFinding(
    { name, title },
    { type: 'sequence', schema: sequence.schema, name: sequence.name },
    {
      level: share >= critical ? 'ERROR' : 'WARN',
      categories: ['RELIABILITY'],
      summary: `${formatShare(share)} used, ${formatCount(Math.abs(end - (lastValue ?? 0)))} values left`,
      detail: `${quoted(sequence)}${where} stands at ${formatCount(lastValue ?? 0)} of ${formatCount(end)} (${formatShare(share)}): then ${bound}, and inserts fail.`,
      remediation: widen(sequence),
      evidence: { last_value: lastValue, highest: end, used_share: share },
    },
  )
}
