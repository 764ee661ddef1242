import type { CheckReport } from '../../check-report.ts'
import type { TextOptions } from '../text/render-text.ts'
import { renderCheckMarkdown } from './render-check-markdown.ts'
import { renderCheckText } from './render-check-text.ts'

/** What a check can be rendered as. */
export type CheckFormat = 'text' | 'json' | 'markdown'

/**
 * Renders a check. The result ends in a line feed.
 *
 * @param options - For `text` alone.
 */
export function renderCheck(
  report: CheckReport,
  format: CheckFormat,
  options: TextOptions = {},
): string {
  switch (format) {
    case 'text':
      return renderCheckText(report, options)
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`
    case 'markdown':
      return renderCheckMarkdown(report)
  }
}
