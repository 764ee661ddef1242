/**
 * Who may import whom: the table of the architecture, as data. A room is a folder of src/, a single
 * file of it, or a package. What is not listed here may not be imported.
 */
export interface Room {
  /** Path prefix from the project's folder. */
  path: string
  /** Rooms that it may import; its own files always. */
  rooms: readonly string[]
  /**
   * Packages it may import: `node:` stands for all of Node's own, `(computed)` for an `import()`
   * of what is not a plain string. Without this field any.
   */
  packages?: readonly string[]
  /** No clock, no chance, no input or output: time and data enter as parameters. */
  pure?: true
}

const core = { packages: [], pure: true } as const

export const rooms: Readonly<Record<string, Room>> = {
  errors: { path: 'src/errors.ts', rooms: [], ...core },
  finding: { path: 'src/finding.ts', rooms: [], ...core },
  report: { path: 'src/report.ts', rooms: ['finding'], ...core },
  'check-report': { path: 'src/check-report.ts', rooms: ['finding'], ...core },
  notice: { path: 'src/notice.ts', rooms: ['finding'], ...core },
  sink: { path: 'src/sink.ts', rooms: [], ...core },
  budget: { path: 'src/budget.ts', rooms: [], ...core },
  quantity: { path: 'src/quantity', rooms: [], ...core },
  'replace-file': { path: 'src/replace-file.ts', rooms: [], packages: ['node:'] },
  quote: { path: 'src/quote.ts', rooms: [], ...core },
  // A policy's syntax tree is a fact.
  facts: { path: 'src/facts/', rooms: ['analyze', 'syntax', 'report'], ...core },
  environment: { path: 'src/environment.ts', rooms: [], ...core },
  config: {
    path: 'src/config',
    rooms: ['environment', 'budget', 'sink', 'errors'],
    packages: ['zod', 'node:', '(computed)'],
  },
  index: {
    path: 'src/index.ts',
    rooms: ['check-report', 'config', 'errors', 'finding', 'report'],
    ...core,
  },

  analyze: {
    path: 'src/analyze/',
    rooms: ['finding', 'report', 'budget', 'quantity', 'errors'],
    ...core,
  },
  check: {
    path: 'src/check/',
    rooms: [
      'facts',
      'analyze',
      'syntax',
      'finding',
      'check-report',
      'report',
      'quantity',
      'quote',
      'errors',
    ],
    ...core,
  },
  // Loads the parser once, when it is imported.
  syntax: { path: 'src/syntax/', rooms: [], packages: ['libpg-query', '@pgsql/types'], pure: true },
  capacity: { path: 'src/capacity/', rooms: ['finding', 'report', 'quantity', 'errors'], ...core },
  render: {
    path: 'src/render/',
    rooms: ['finding', 'report', 'check-report', 'notice', 'quantity', 'errors'],
    ...core,
  },

  db: { path: 'src/db/', rooms: ['errors'], packages: ['kysely', 'pg', 'node:'] },
  collect: {
    path: 'src/collect/',
    rooms: ['db', 'facts', 'analyze', 'syntax', 'finding', 'budget', 'errors'],
    packages: ['kysely'],
  },
  advise: {
    path: 'src/advise/',
    rooms: [
      'db',
      'collect',
      'facts',
      'analyze',
      'check',
      'syntax',
      'finding',
      'quantity',
      'quote',
      'errors',
    ],
  },
  deliver: {
    path: 'src/deliver/',
    rooms: ['replace-file', 'report', 'finding', 'notice', 'sink', 'errors'],
    packages: ['node:', 'nodemailer'],
  },
  schedule: { path: 'src/schedule/', rooms: ['db', 'errors'] },
  server: {
    path: 'src/server/',
    rooms: ['collect', 'analyze', 'check', 'advise', 'report', 'finding', 'db', 'config', 'errors'],
  },
  local: { path: 'src/local/', rooms: ['db', 'config', 'report', 'errors'] },
  cli: { path: 'src/cli/', rooms: ['*'] },

  client: { path: 'client-sdk/', rooms: ['wire', 'sketch'], packages: ['web-vitals'] },
  // wire.ts and its parser. What edge and client share runs in every runtime: no package, no clock.
  wire: { path: 'client-sdk/src/wire', rooms: [], ...core },
  sketch: { path: 'client-sdk/src/sketch.ts', rooms: ['wire'], ...core },
  edge: { path: 'edge-functions/', rooms: ['wire', 'sketch'] },
  dashboard: { path: 'dashboard/', rooms: ['responses'] },
  responses: { path: 'src/server/responses.ts', rooms: ['report', 'finding'], packages: [] },
}

/** Folders whose source files must each belong to a room. */
export const sourceFolders = ['src', 'client-sdk', 'edge-functions', 'dashboard'] as const

/** Folders that belong to no room and may import any but these. */
export const privateRooms = ['cli'] as const
export const otherFolders = ['test', 'tools', 'bench'] as const
