import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createLogger, type LoggerOptions } from './logger.ts'

function logged(
  options: Partial<LoggerOptions>,
  say: (log: ReturnType<typeof createLogger>) => void,
): string[] {
  const lines: string[] = []
  const log = createLogger({
    level: 'info',
    readable: false,
    color: false,
    withoutSecrets: (text) => text.replaceAll('hunter2', '***'),
    write: (line) => lines.push(line),
    ...options,
  })
  say(log)
  return lines
}

describe('the log', () => {
  it('is a line of JSON a message', () => {
    const [line, ...more] = logged({}, (log) => log.info({ job: 'snapshot', took_ms: 3 }, 'done'))
    assert.deepEqual(more, [])
    const { time, ...rest } = JSON.parse(line ?? '')
    assert.deepEqual(rest, { level: 'info', job: 'snapshot', took_ms: 3, msg: 'done' })
    assert.ok(!Number.isNaN(Date.parse(time)))
  })

  it('is short for people, on one line whatever it says', () => {
    const lines = logged({ readable: true }, (log) => {
      log.warn({ job: 'report', attempts: 2, took_ms: 12, reason: 'a\nb\u001b[2J' }, 'failed')
    })
    assert.equal(lines.length, 1)
    assert.match(
      lines[0] ?? '',
      /^\d\d:\d\d:\d\d warn {2}report: failed in 12 ms .*attempts=2.*reason=a/,
    )
    assert.equal(lines[0]?.trimEnd().includes('\n'), false)
    assert.ok(!/[^\P{Cc}\n]/u.test(lines[0] ?? ''))
  })

  it('leaves out what is less severe than asked for', () => {
    const say = (log: ReturnType<typeof createLogger>): void => {
      log.debug('a')
      log.info('b')
      log.error('c')
    }
    assert.equal(logged({ level: 'debug' }, say).length, 3)
    assert.equal(logged({ level: 'info' }, say).length, 2)
    assert.equal(logged({ level: 'error' }, say).length, 1)
    assert.equal(logged({ level: 'silent' }, say).length, 0)
  })

  it('holds no secret, neither in messages nor in fields, however deep', () => {
    const lines = logged({}, (log) => {
      log.info(
        {
          reason: 'hunter2',
          deep: { list: ['is hunter2'], password: 'x9x9', dbUrl: 'x9x9', key: 'x9x9' },
          error: new Error('hunter2'),
        },
        'with hunter2',
      )
      log.info('and hunter2')
    })
    assert.equal(lines.length, 2)
    assert.ok(!/hunter2|x9x9/.test(lines.join()), lines.join())
  })
})
