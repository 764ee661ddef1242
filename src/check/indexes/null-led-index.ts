import type { Rule } from '../rule.ts'
import { nullRule } from './null-rule.ts'

/** Indexes that begin with a column that is mostly null. See docs/findings/null_led_index.md. */
export const nullLedIndex: Rule = nullRule({
  name: 'null_led_index',
  title: 'Index led by nulls',
  description: 'Finds indexes of several columns that begin with one that is null in most rows.',
  concerns: ({ index }) => index.keys.length > 1,
  caveat: 'Queries that give no value for it, or look for the nulls themselves, need the whole.',
})
