/** What changes around the statements: schema, settings, extensions, the server, and marks. */
export { readChanges, recordChanges } from './record-changes.ts'
