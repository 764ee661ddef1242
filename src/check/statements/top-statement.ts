import type { Counters, StatementFacts, WindowFacts } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes, formatMs, formatShare } from '../../quantity.ts'
import { explainAsRole } from './explain-as-role.ts'
import { statementFinding } from './statement-finding.ts'

/** From this share of any resource on, a statement is named. */
const leastShare = 0.05
/** Named by each resource at most: more would be a list, which the report is for. */
const mostByAxis = 3

const blockBytes = 8_192

interface Axis {
  name: string
  words: string
  of(counters: Counters): number
  /** All statements together must use this much of it: a share of next to nothing is nothing. */
  least: number
  print(amount: number): string
}

const blocks = (count: number): string => formatBytes(count * blockBytes)

const axes: readonly Axis[] = [
  { name: 'time', words: 'time', of: (c) => c.totalMs, least: 1_000, print: formatMs },
  {
    name: 'blocks',
    words: 'blocks accessed',
    of: (c) => c.sharedBlksHit + c.sharedBlksRead,
    least: 100_000,
    print: blocks,
  },
  { name: 'reads', words: 'reads', of: (c) => c.sharedBlksRead, least: 10_000, print: blocks },
  {
    name: 'dirtied',
    words: 'blocks dirtied',
    of: (c) => c.sharedBlksDirtied,
    least: 10_000,
    print: blocks,
  },
  { name: 'wal', words: 'WAL', of: (c) => c.walBytes, least: 64 * 1024 ** 2, print: formatBytes },
]

/** Statements that take much of any resource of the window. See docs/findings/top_statement.md. */
export function topStatement(facts: WindowFacts): Finding[] {
  const uses = new Map<StatementFacts, Use[]>()
  for (const axis of axes) {
    for (const use of heaviest(axis, facts.statements)) {
      uses.set(use.statement, [...(uses.get(use.statement) ?? []), use])
    }
  }
  return [...uses].map(([statement, own]) => topFinding(statement, own))
}

interface Use {
  axis: Axis
  statement: StatementFacts
  amount: number
  share: number
}

function heaviest(axis: Axis, statements: readonly StatementFacts[]): Use[] {
  const total = statements.reduce((sum, { counters }) => sum + axis.of(counters), 0)
  if (total < axis.least) return []
  return statements
    .map((statement) => ({ axis, statement, amount: axis.of(statement.counters), share: 0 }))
    .map((use) => ({ ...use, share: use.amount / total }))
    .filter(({ share }) => share >= leastShare)
    .toSorted((a, b) => b.share - a.share)
    .slice(0, mostByAxis)
}

function topFinding(statement: StatementFacts, uses: readonly Use[]): Finding {
  const words = uses.map(({ axis, share }) => `${formatShare(share)} of ${axis.words}`).join(', ')
  const amounts = uses.map(({ axis, amount }) => `${axis.words} ${axis.print(amount)}`).join(', ')
  return statementFinding(statement, {
    name: 'top_statement',
    title: 'Takes much',
    // Someone has to be first: it is where to look, and no fault.
    level: 'INFO',
    summary: words,
    detail: `${statement.label} as ${statement.role} takes ${words} of all statements: ${amounts}.`,
    remediation:
      'Where the database is short of one of these, begin here. Its plan as the role that runs ' +
      `it:\n\n${explainAsRole(statement)}`,
    evidence: Object.fromEntries(uses.map(({ axis, share }) => [`${axis.name}_share`, share])),
  })
}
