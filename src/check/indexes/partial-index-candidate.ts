import type { Rule } from '../rule.ts'
import { nullRule } from './null-rule.ts'

/** Indexes of one column that is mostly null. See docs/findings/partial_index_candidate.md. */
export const partialIndexCandidate: Rule = nullRule({
  name: 'partial_index_candidate',
  title: 'Index of nulls',
  description: 'Finds indexes of one column that is null in most rows.',
  concerns: ({ index }) => index.keys.length === 1,
  caveat:
    'Queries that look for the nulls themselves, or sort by it without a condition, need the whole.',
})
