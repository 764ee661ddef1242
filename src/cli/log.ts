/** What people may read beside the result: all of it goes to standard error. */
export interface Log {
  /** What is being done now: on a terminal one line that gives way, in a pipe nothing. */
  status(text: string): void
  /** Something worth knowing that stops nothing. */
  note(text: string): void
  /** Takes the status line away. */
  clear(): void
}

export function createLog(stream: NodeJS.WriteStream): Log {
  let shown = false
  const clear = (): void => {
    if (shown) stream.write('\r\u001b[2K')
    shown = false
  }
  return {
    clear,
    status(text) {
      if (!stream.isTTY) return
      clear()
      stream.write(text.slice(0, (stream.columns || 80) - 1))
      shown = true
    },
    note(text) {
      clear()
      stream.write(`supascope: ${text}\n`)
    },
  }
}
