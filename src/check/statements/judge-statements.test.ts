import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyWindow } from '../../../test/fixtures/any-window.ts'
import { watchedWindow } from '../../../test/fixtures/watched-window.ts'
import { windowFacts } from '../../../test/fixtures/window-facts.ts'
import { findingLevels } from '../../finding.ts'
import { judgeStatements } from './judge-statements.ts'

test('finds each trouble of the watched hour once, the costliest first', () => {
  const { findings } = judgeStatements(windowFacts({}))
  assert.deepEqual(
    findings.map(({ level, metadata: { rules, name } }) => `${level} ${rules}: ${name}`),
    [
      'ERROR slow_statement: GET /rest/v1/messages?conversation_id=eq.…&order=created_at.desc&limit=…',
      'ERROR slow_statement: RPC match_documents',
      'WARN slow_statement: GET /rest/v1/documents?search=wfts.…&limit=…',
      'WARN regressed_statement,slow_statement: select conversations',
      'WARN spilling_statement,slow_statement: select usage_events join organisations',
      'WARN chatty_statement: GET /rest/v1/members?user_id=eq.…&limit=…',
      'INFO slow_statement,new_statement: edge chat-completion: select usage_events',
    ],
  )
})

test('keeps the evidence of every rule in the one finding, and names them', () => {
  const { findings } = judgeStatements(windowFacts({}))
  const spilling = findings.find(({ name }) => name === 'spilling_statement')
  assert.equal(spilling?.evidence.temp_blks_written, 246_000)
  assert.equal(spilling?.evidence.threshold_mean_ms, 20)
  assert.match(spilling?.detail ?? '', /Also: slow statement \(1\.9 s a call, 5\.6 % of time\)\.$/)
})

test('flags a statement for every rule that spoke of it', () => {
  const facts = windowFacts({})
  const { flags } = judgeStatements(facts)
  const flagsOf = (queryid: string): unknown =>
    flags.get(facts.statements.find((one) => one.queryid === queryid)?.key ?? '')
  assert.deepEqual(flagsOf('9034250094703622185'), ['slow', 'regressed'])
  assert.deepEqual(flagsOf('-7693544260640056809'), ['slow', 'new'])
  assert.equal(flagsOf('77'), undefined)
})

test('gives any window at most one finding a statement, ordered, with finite figures', () => {
  fc.assert(
    fc.property(anyWindow, (input) => {
      const { findings } = judgeStatements(windowFacts(input))
      const subjects = findings.map(({ metadata }) =>
        JSON.stringify([metadata.queryid, metadata.role, metadata.toplevel]),
      )
      assert.equal(new Set(subjects).size, findings.length)
      const levels = findings.map(({ level }) => findingLevels.indexOf(level))
      assert.deepEqual(levels, levels.toSorted())
      for (const { evidence, detail } of findings) {
        assert.ok(Object.values(evidence).every((v) => typeof v !== 'number' || Number.isFinite(v)))
        assert.doesNotMatch(detail, /NaN|Infinity|undefined/)
      }
    }),
    { numRuns: 300 },
  )
})

test('is silent about an empty window', () => {
  const { findings } = judgeStatements(windowFacts({ ...watchedWindow(), statements: [] }))
  assert.deepEqual(findings, [])
})
