import type { FactName, Facts } from '../facts/index.ts'
import type { Finding } from '../finding.ts'

/** What every rule may know besides its facts. */
export interface CheckContext {
  /** ISO 8601. */
  now: string
  /** Age of the activity counters, minutes; null if unknown. */
  statisticsMinutes: number | null
}

/** What a rule made of its facts. */
export interface Judged {
  /** Objects that it looked at: none means that it had nothing to judge. */
  examined: number
  /**
   * By key of the finding that there would be: each object that was judged, with its figures.
   * Without it every object that exists was judged, so that what is not found is mended or gone.
   */
  subjects?: ReadonlyMap<string, Finding['evidence']>
  findings: Finding[]
}

/** One check: from the facts that it needs to its findings. Pure. */
export interface Rule {
  /** snake_case; its page is docs/findings/<name>.md. */
  name: string
  /** In words: `Duplicate index`. */
  title: string
  /** One sentence: `Finds foreign keys whose columns no index leads with.` */
  description: string
  /** What `examined` counts, in the plural: `indexes`. */
  examines: string
  /** Facts without which it says nothing; it is then skipped, by name and with the reason. */
  needs: readonly FactName[]
  /** Further facts that it judges by where they were seen. */
  uses: readonly FactName[]
  /**
   * It judges by activity counters: it is silent until they have counted for a quarter of an hour,
   * and its findings are of low confidence until they have for a week.
   */
  counters: boolean
  /** It is true of an empty database as well: `--schema-only` runs it. */
  schemaOnly: boolean
  /** Rules of one trouble speak of an object once: the first in the registry names it. */
  trouble: string
  judge(facts: Partial<Facts>, context: CheckContext): Judged
}

/** A rule as it is written: `judge` gets what it needs, and whatever else was seen. */
export interface RuleDefinition<Need extends FactName>
  extends Omit<Rule, 'needs' | 'uses' | 'counters' | 'schemaOnly' | 'trouble' | 'judge'> {
  needs: readonly Need[]
  /** @defaultValue none */
  uses?: readonly FactName[]
  /** @defaultValue false */
  counters?: boolean
  /** @defaultValue false */
  schemaOnly?: boolean
  /** @defaultValue the rule's name */
  trouble?: string
  judge(facts: Pick<Facts, Need> & Partial<Facts>, context: CheckContext): Judged
}

/** Makes a rule of its definition. */
export function defineRule<Need extends FactName>(definition: RuleDefinition<Need>): Rule {
  const { uses = [], counters = false, schemaOnly = false, trouble = definition.name } = definition
  const judge: Rule['judge'] = (facts, context) => {
    const missing = definition.needs.filter((name) => facts[name] === undefined)
    if (missing.length > 0) throw new Error(`${definition.name} was run without ${missing.join()}`)
    return definition.judge(facts as Pick<Facts, Need> & Partial<Facts>, context)
  }
  return { ...definition, uses, counters, schemaOnly, trouble, judge }
}
