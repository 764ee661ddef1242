import { appendFile, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { replaceFile } from '../../replace-file.ts'
import type { LocalSink } from '../../sink.ts'
import type { Outcome } from '../outcome.ts'
import type { Environment } from '../secrets.ts'

/** What local sinks write to, beside files. */
export interface LocalTargets {
  env: Environment
  /** Writes to standard output and waits for it. */
  print: (text: string) => Promise<unknown>
  /** Writes to standard error and waits for it. */
  printAside: (text: string) => Promise<unknown>
}

/** Bytes that GitHub takes as the summary of one step; it drops a longer one whole. */
const longestSummary = 1_048_576

/** Writes to a place on this machine. Never throws: what failed is in the outcome. */
export async function writeLocal(
  sink: LocalSink,
  text: string,
  targets: LocalTargets,
): Promise<Outcome> {
  try {
    switch (sink.type) {
      case 'stdout':
        await targets.print(text)
        return { kind: 'delivered', answer: 'printed' }
      case 'annotations':
        // GitHub reads both streams, and results on the other one may be JSON.
        await targets.printAside(text)
        return { kind: 'delivered', answer: 'printed' }
      case 'file':
        await mkdir(dirname(sink.path), { recursive: true })
        await replaceFile(sink.path, text)
        return { kind: 'delivered', answer: `wrote ${sink.path}` }
      case 'step-summary':
        return await appendSummary(text, targets.env.GITHUB_STEP_SUMMARY)
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return { kind: 'refused', reason: `can't be written: ${code}` }
  }
}

async function appendSummary(text: string, path: string | undefined): Promise<Outcome> {
  if (!path) {
    const reason = 'GITHUB_STEP_SUMMARY is not set: this does not run in GitHub Actions'
    return { kind: 'refused', reason }
  }
  const { size } = await stat(path).catch(() => ({ size: 0 }))
  const fitting = cutToBytes(text, longestSummary - size - 1)
  if (fitting === '') return { kind: 'refused', reason: 'the summary of this step is full' }
  await appendFile(path, `${fitting}\n`)
  return { kind: 'delivered', answer: fitting === text ? 'appended' : 'appended, cut to 1 MiB' }
}

const cutNotice = '\n\n*Cut: a step summary holds 1 MiB.*\n'

/** Cuts after a line. A block of code that was open is closed. */
function cutToBytes(text: string, room: number): string {
  if (Buffer.byteLength(text) <= room) return text
  const fence = '\n``````'
  const rest = room - Buffer.byteLength(cutNotice) - fence.length
  if (rest <= 0) return ''
  const cut = Buffer.from(text).subarray(0, rest).toString()
  const lines = cut.slice(0, cut.lastIndexOf('\n') + 1)
  const isOpen = [...lines.matchAll(/^`{3,}/gm)].length % 2 === 1
  return `${lines}${isOpen ? fence : ''}${cutNotice}`
}
