/** Stands between what would be made a mention; nobody sees it. */
const wordJoiner = '\u2060'

const replacements: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '@': `@${wordJoiner}`,
  // Slack can't escape its other markup: look-alikes stand in.
  '`': '\u00b4',
  '*': '\u2217',
  '~': '\u223c',
}

/** Text as mrkdwn without a mention, link or markup of its own. Acts on each character alone. */
export function escapeMrkdwn(text: string): string {
  return text.replace(/[&<>@`*~]/g, (character) => replacements[character] ?? character)
}

/** Text for between backticks: Slack links nothing there but what stands in `<>`. */
export function escapeCode(text: string): string {
  return text.replace(/[&<>`]/g, (character) => replacements[character] ?? character)
}
