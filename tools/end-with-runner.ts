/**
 * Loaded before every test file: ends it when the runner is gone, however that ended. node:test
 * leaves its files running when it is stopped; the end of the runner closes their standard input.
 */
import { Socket } from 'node:net'

if (process.stdin instanceof Socket) {
  process.stdin.once('end', () => process.kill(process.pid, 'SIGTERM'))
  process.stdin.resume().unref()
}
