import { type Finding, type FindingLevel, findingLevels } from '../../finding.ts'
import type { BaseFindings } from './base-report.ts'

/** From which level on findings fail a check, and which ones count. */
export interface FailOptions {
  failOn?: Lowercase<FindingLevel>
  /** Only what is new against it, or more severe, counts. */
  base?: BaseFindings
}

/** With a base and no level, a new warning fails: remarks are no reason to stop a deploy. */
const levelForNew: FindingLevel = 'WARN'

/** True if the exit status should say that there are findings. Pure. */
export function fails(findings: readonly Finding[], { failOn, base }: FailOptions): boolean {
  if (failOn === undefined && base === undefined) return false
  const level = failOn === undefined ? levelForNew : (failOn.toUpperCase() as FindingLevel)
  return findings.some(
    (finding) =>
      finding.state === 'open' &&
      place(finding.level) <= place(level) &&
      (base === undefined || isNew(finding, base)),
  )
}

function isNew({ cacheKey, level }: Finding, base: BaseFindings): boolean {
  const before = base.get(cacheKey)
  return before === undefined || place(level) < place(before)
}

function place(level: FindingLevel): number {
  return findingLevels.indexOf(level)
}
