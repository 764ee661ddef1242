import { isManaged, type SequenceFacts, type TableUsage } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatMs, formatShare } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { quoted } from './own-tables.ts'
import { highest, shareUsed, widen } from './sequence-room.ts'

const name = 'narrow_identity'
const title = 'Identity column too narrow'

const year = 365 * 24 * 60
/** Minutes until the last value: so long a widening may take to be planned, or to be begun. */
const plan = 5 * year
const begin = year

/** Growing tables whose small identity will run out. See docs/findings/narrow_identity.md. */
export const narrowIdentity: Rule = defineRule({
  name,
  title,
  description: 'Finds int2 and int4 keys that will run out in years, at the pace of the inserts.',
  examines: 'sequences',
  needs: ['sequences', 'tableUsage'],
  counters: true,
  trouble: 'sequence_runs_out',
  judge({ sequences, tableUsage }, { statisticsMinutes }) {
    const usage = new Map(tableUsage.map((one) => [one.oid, one]))
    const narrow = sequences.filter((one) => !isManaged(one) && !one.cycles && isNarrow(one))
    const findings = narrow.flatMap((sequence) => {
      const left = minutesLeft(sequence, usage, statisticsMinutes)
      return left !== null && left < plan ? [finding(sequence, left)] : []
    })
    return { examined: narrow.length, findings }
  },
})

function isNarrow({ column }: SequenceFacts): boolean {
  return column?.typeName === 'int2' || column?.typeName === 'int4'
}

/** At the pace at which rows came in since the counters began; null if none did or it is unknown. */
function minutesLeft(
  sequence: SequenceFacts,
  usage: ReadonlyMap<number, TableUsage>,
  minutes: number | null,
): number | null {
  const inserted = usage.get(sequence.column?.tableOid ?? 0)?.inserted ?? 0
  if (minutes === null || minutes <= 0 || inserted === 0 || sequence.lastValue === null) return null
  const pace = (inserted * Math.abs(sequence.increment)) / minutes
  return Math.abs(highest(sequence) - sequence.lastValue) / pace
}

function finding(sequence: SequenceFacts, minutes: number): Finding {
  const { column, lastValue } = sequence
  const time = formatMs(minutes * 60_000)
  const what = `${quoted({ schema: column?.schema ?? '', name: column?.table ?? '' })}.${column?.name}`
  return objectFinding(
    { name, title },
    { type: 'sequence', schema: sequence.schema, name: sequence.name },
    {
      level: minutes < begin ? 'WARN' : 'INFO',
      categories: ['RELIABILITY'],
      summary: `${column?.typeName} is full in ${time} at the present pace`,
      detail: `${what} is ${column?.typeName} and stands at ${formatCount(lastValue ?? 0)} (${formatShare(shareUsed(sequence))} of ${formatCount(highest(sequence))}); at the pace of its inserts it is full in ${time}. It is the cheaper to widen the smaller the table is.`,
      remediation: widen(sequence),
      evidence: {
        last_value: lastValue,
        highest: highest(sequence),
        days_left: Math.round(minutes / 1440),
      },
    },
  )
}
