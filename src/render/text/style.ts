import type { FindingLevel } from '../../finding.ts'

/** How a piece of text looks; without colour it stays as it is. */
export type Look = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'blue' | 'cyan'

/** Gives text a look. */
export type Paint = (text: string, ...looks: Look[]) => string

const codes: Readonly<Record<Look, [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  cyan: [36, 39],
}

/** Paints by ANSI escapes, or not at all. */
export function painter(color: boolean): Paint {
  if (!color) return (text) => text
  return (text, ...looks) =>
    text === ''
      ? text
      : looks.reduce(
          (inner, look) => `\x1b[${codes[look][0]}m${inner}\x1b[${codes[look][1]}m`,
          text,
        )
}

/** The sign of a level, one column wide, told apart without colour. */
export const levelMarks: Readonly<Record<FindingLevel, string>> = {
  ERROR: '✖',
  WARN: '▲',
  INFO: '•',
}

/** The colour of a level. */
export const levelLooks: Readonly<Record<FindingLevel, Look>> = {
  ERROR: 'red',
  WARN: 'yellow',
  INFO: 'blue',
}
