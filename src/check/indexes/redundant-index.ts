import type { Rule } from '../rule.ts'
import { redundancyRule } from './not-needed.ts'

/** Indexes that are the beginning of another one. See docs/findings/redundant_index.md. */
export const redundantIndex: Rule = redundancyRule({
  name: 'redundant_index',
  title: 'Redundant index',
  description: 'Finds indexes that are the beginning of another index.',
  kind: 'prefix',
  says: () => 'is the beginning of',
})
