import type { Rule } from '../rule.ts'
import { redundancyRule } from './not-needed.ts'

/** Indexes that are there twice. See docs/findings/duplicate_index.md. */
export const duplicateIndex: Rule = redundancyRule({
  name: 'duplicate_index',
  title: 'Duplicate index',
  description: 'Finds indexes that have the same definition as another one.',
  kind: 'duplicate',
  says: () => 'does the same as',
})
