import type { Report } from '../report.ts'
import { renderHtml } from './html/render-html.ts'
import { renderMarkdown } from './markdown/render-markdown.ts'
import { renderJson } from './render-json.ts'
import { renderText, type TextOptions } from './text/render-text.ts'

/** What a report can be rendered as. */
export type RenderFormat = 'text' | 'json' | 'markdown' | 'html'

/**
 * Renders a report. The result ends in a line feed.
 *
 * @param options - For `text` alone.
 */
export function render(report: Report, format: RenderFormat, options: TextOptions = {}): string {
  switch (format) {
    case 'text':
      return renderText(report, options)
    case 'json':
      return renderJson(report)
    case 'markdown':
      return renderMarkdown(report)
    case 'html':
      return renderHtml(report)
  }
}
