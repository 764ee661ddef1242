import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { LocalSink } from '../../sink.ts'
import { writeLocal } from './local.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supascope-local-'))
})
after(() => rm(folder, { recursive: true, force: true }))

const rules = { name: 's', when: 'always', level: 'info', jobs: [] } as const
const summary: LocalSink = { ...rules, type: 'step-summary' }
const nowhere = async (): Promise<void> => undefined
const print = { print: nowhere, printAside: nowhere }

test('replaces a file whole, makes its folder, and leaves no draft', async () => {
  const path = join(folder, 'a', 'report.html')
  const sink: LocalSink = { ...rules, type: 'file', path, format: 'html' }
  for (const text of ['first', 'second']) {
    assert.equal((await writeLocal(sink, text, { env: {}, ...print })).kind, 'delivered')
    assert.equal(await readFile(path, 'utf8'), text)
  }
  assert.deepEqual(await readdir(join(folder, 'a')), ['report.html'])
})

test('says why a file can not be written', async () => {
  const path = join(folder, 'taken')
  await writeFile(path, '')
  const sink: LocalSink = { ...rules, type: 'file', path: join(path, 'below'), format: 'text' }
  const outcome = await writeLocal(sink, 'x', { env: {}, ...print })
  assert.match(outcome.kind === 'refused' ? outcome.reason : '', /^can't be written: E\w+$/)
})

test('appends to the summary of a step, up to what GitHub takes', async () => {
  const path = join(folder, 'summary.md')
  const env = { GITHUB_STEP_SUMMARY: path }
  await writeFile(path, 'what was there\n')
  assert.equal((await writeLocal(summary, '# ours\n', { env, ...print })).kind, 'delivered')
  assert.equal(await readFile(path, 'utf8'), 'what was there\n# ours\n\n')

  // Two bytes a character, a block of code over the limit.
  const long = `# long\n\n\`\`\`sql\n${'é é é é\n'.repeat(200_000)}\`\`\`\n`
  const outcome = await writeLocal(summary, long, { env, ...print })
  assert.deepEqual(outcome, { kind: 'delivered', answer: 'appended, cut to 1 MiB' })
  const written = await readFile(path)
  assert.ok(written.length <= 1_048_576 && written.length > 1_040_000, String(written.length))
  const text = written.toString()
  assert.ok(!text.includes('\ufffd'))
  assert.match(text, /é é é é\n\n`{6}\n\n\*Cut: a step summary holds 1 MiB\.\*\n\n$/)
  const full = await writeLocal(summary, long, { env, ...print })
  assert.deepEqual(full, { kind: 'refused', reason: 'the summary of this step is full' })
})

test('says that there is no summary outside of GitHub Actions', async () => {
  const outcome = await writeLocal(summary, 'x', { env: {}, ...print })
  assert.match(outcome.kind === 'refused' ? outcome.reason : '', /GITHUB_STEP_SUMMARY is not set/)
})
