#!/usr/bin/env node
import { formatFailure, toScopeError } from './failure.ts'
import { listenForInterruption } from './interruption.ts'
import { runProgram } from './program.ts'

const interruption = listenForInterruption()

// What a write fails with arrives in its callback; without a listener it would end the process too.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)
process.on('uncaughtException', (error) => end(fail(error)))
process.on('unhandledRejection', (reason) => end(fail(reason)))

await end(await runProgram(process.argv.slice(2), interruption).catch(fail))

/** Prints what went wrong and returns what to exit with. */
function fail(error: unknown): number {
  const failure = toScopeError(error)
  const verbose = process.argv.includes('--verbose') || Boolean(process.env.SUPASCOPE_DEBUG)
  // After Ctrl-C everything fails somehow: the server's answer to our own cancellation is no news.
  if (!interruption.signal.aborted) process.stderr.write(formatFailure(failure, { verbose }))
  return failure.exitCode
}

async function end(status: number): Promise<void> {
  if (interruption.signal.aborted) return
  await new Promise((resolve) => process.stdout.write('', resolve))
  process.exit(status)
}
