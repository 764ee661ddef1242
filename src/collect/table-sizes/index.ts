/** The sizes of the largest tables over time; the probe that reads them is in the catalog's room. */
export { noteTableSizes } from './note-table-sizes.sql.ts'
