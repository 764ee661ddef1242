import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { commandIn, outside, type Place } from './place.ts'

type Signal = 'INT' | 'TERM' | 'QUIT'

/** A process of ours that can't outlive us. */
export interface Guarded {
  /** Settles when it has ended; fails if it could not be started at all. */
  readonly exited: Promise<void>
  hasExited(): boolean
  /** Sends a signal and waits for the end. */
  end(signal: Signal): Promise<void>
}

/**
 * Stands between us and the server, in a session of its own, so that a Ctrl-C at the terminal does
 * not reach it. It hands on the signals that it reads from us; when the pipe from us breaks, because
 * we ended in whatever way, it stops the server and removes its folder. The signal is repeated,
 * because a shell starts background commands with SIGQUIT ignored, until Postgres sets its own
 * handlers.
 */
const script = `
folder=$1 last=$2; shift 2
exec 3<&0
"$@" 3<&- </dev/null &
server=$!
(
  while read -r signal; do kill -s "$signal" "$server"; done
  touch "$folder/abandoned"
  while kill -s "$last" "$server"; do sleep 0.1; done
) <&3 2>/dev/null &
reader=$!
exec 3<&-
wait "$server"
status=$?
kill "$reader" 2>/dev/null
if [ -e "$folder/abandoned" ]; then rm -rf -- "$folder"; fi
exit "$status"
`

/**
 * Starts a command in the place under a guardian. Neither keeps our process alive.
 *
 * @param options.folder removed when we end without having ended the command
 * @param options.signal stops the command at once. @defaultValue 'QUIT'
 * @param options.log file that gets both outputs, as seen from inside the place
 */
export function startGuarded(
  place: Place,
  argv: readonly [string, ...string[]],
  options: { folder: string; log: string; signal?: Signal },
): Guarded {
  const shell = ['/bin/sh', '-c', script, 'supascope-guardian'] as const
  const command = commandIn(place, [...shell, options.folder, options.signal ?? 'QUIT', ...argv])
  const log = openSync(outside(place, options.log), 'a')
  const child = spawn(command.file, command.args, {
    ...command.options,
    detached: true,
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  // The pipe breaks when the guardian ends; `exited` says so.
  child.stdin?.on('error', () => undefined)
  letGo(child)
  let over = false
  const exited = new Promise<void>((resolve, reject) => {
    child.on('exit', () => resolve())
    child.on('error', reject)
  }).finally(() => {
    over = true
  })
  // Whoever waits gets it; nobody has to.
  exited.catch(() => undefined)
  return {
    exited,
    hasExited: () => over,
    async end(signal) {
      if (!over) child.ref()
      child.stdin?.write(`${signal}\n`)
      await exited
    },
  }
}

function letGo(child: ChildProcess): void {
  child.unref()
  if (child.stdin instanceof Socket) child.stdin.unref()
}
