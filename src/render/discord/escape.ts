/** Stands between what would be made a mention; nobody sees it. */
const wordJoiner = '\u2060'

/** Text as Discord's Markdown without a mention, link or markup of its own. Acts on each character alone. */
export function escapeDiscord(text: string): string {
  return text.replace(/[\\`*_~|<>#[\]()@-]/g, (character) => {
    return character === '@' ? `@${wordJoiner}` : `\\${character}`
  })
}

/** Text for between backticks, which nothing can escape there. */
export function escapeCode(text: string): string {
  return text.replaceAll('`', '\u00b4')
}
