/** Prints how many golden vectors were checked and where the code differs: for other runtimes. */
import { disagreements } from './disagreements.ts'

console.log(JSON.stringify(disagreements()))
