/** Renderers: pure functions from a Report or a Notice to what a person or a program reads. */

export { type CheckFormat, renderCheck } from './check/render-check.ts'
export { type DiscordPayload, renderDiscord } from './discord/render-discord.ts'
export { renderAnnotations } from './github/render-annotations.ts'
export { type NoticeFormat, noticeSubject, renderNotice } from './notice/render-notice.ts'
export { type RenderFormat, render } from './render.ts'
export { renderSlack, type SlackPayload } from './slack/render-slack.ts'
export type { TextOptions } from './text/render-text.ts'
