/** The real Supabase CLI, without Docker or login. */
import { type ExecFileException, execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

export interface CliRun {
  status: number
  stdout: string
  stderr: string
}

/** Runs it on this repository's project; `--remote` is the database. */
export function supabaseCli(url: string, ...args: string[]): Promise<CliRun> {
  return supabaseCliIn(root, ...args, `--remote=${url}`)
}

/** Runs it on a project to its end. It asks nothing and reports to nobody. */
export async function supabaseCliIn(project: string, ...args: string[]): Promise<CliRun> {
  const home = mkdtempSync(join(tmpdir(), 'supascope-cli-'))
  const all = [...args, '--yes', '--agent', 'no', '--workdir', project]
  const { PATH = '' } = process.env
  const env = { PATH, HOME: home, DO_NOT_TRACK: '1', SUPABASE_TELEMETRY_DISABLED: '1' }
  const program = join(root, 'node_modules', '.bin', 'supabase')
  try {
    return await new Promise((resolve) => {
      const done = (error: ExecFileException | null, stdout: string, stderr: string): void =>
        resolve({ status: error === null ? 0 : Number(error.code ?? -1), stdout, stderr })
      const options = { env, maxBuffer: 1 << 26 }
      // Some of its commands wait for what a pipe may bring.
      execFile(process.execPath, [program, ...all], options, done).stdin?.end()
    })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** What a command answers as JSON. @throws Error with what it said if it failed. */
export async function supabaseJson<T>(url: string, ...args: string[]): Promise<T> {
  const run = await supabaseCli(url, ...args, '--output-format', 'json')
  if (run.status !== 0) throw new Error(`${args.join(' ')}: ${run.stdout}${run.stderr}`)
  return JSON.parse(run.stdout)
}
