import assert from 'node:assert/strict'
import type { Facts } from '../../../../src/facts/index.ts'
import type { PlantedCase } from '../../planted-case.ts'

export const connectionsNearLimit: PlantedCase = {
  rule: 'connections_near_limit',
  plant: `
    insert into supascope.activity_minutes (minute, samples, connections, connections_peak,
      active_peak, blocked_peak, max_connections, reserved)
    values (date_trunc('minute', now() - interval '2 hours'), 12, 1020, 86, 4, 0, 100, 3),
      -- Of another size then: many, but of more.
      (date_trunc('minute', now() - interval '3 hours'), 12, 1080, 90, 4, 0, 200, 3),
      (date_trunc('minute', now() - interval '30 hours'), 12, 1140, 97, 4, 0, 100, 3);
    insert into supascope.activity_groups (minute, pool, role_name, application, state, wait_type,
      wait_event, backends, peak)
    select date_trunc('minute', now() - interval '2 hours'), 'direct', 'app', 'worker', 'idle', '', '',
      960, 80`,
  defects: ['connections'],
  decoys: [],
}

export const waitProfile: PlantedCase = {
  rule: 'wait_profile',
  plant: `
    insert into supascope.activity_minutes (minute, samples, connections, connections_peak,
      active_peak, blocked_peak, max_connections, reserved)
    values (date_trunc('minute', now() - interval '4 hours'), 100, 1000, 10, 4, 0, 100, 3);
    insert into supascope.activity_groups (minute, pool, role_name, application, state, wait_type,
      wait_event, backends, peak)
    select date_trunc('minute', now() - interval '4 hours'), 'direct', 'app', '', 'active', w.type,
      w.event, w.n, 4
    from (values ('IO', 'DataFileRead', 300), ('LWLock', 'WALInsert', 100), ('', '', 100),
      ('Client', 'ClientRead', 900)) w (type, event, n)`,
  defects: ['IO'],
  decoys: ['LWLock WALInsert', 'Client ClientRead'],
}

/** Requests that take seconds, without waiting for them. */
export const nearStatementTimeout: PlantedCase = {
  rule: 'near_statement_timeout',
  plant: '',
  recorded({ statements, timeouts }): Partial<Facts> {
    const [some] = statements?.statements ?? []
    assert.ok(statements !== undefined && timeouts !== undefined && some !== undefined)
    const like = (label: string, figures: object): typeof some => ({
      ...some,
      queryid: label,
      label,
      role: 'authenticated',
      toplevel: true,
      calls: 100,
      mean_ms: 50,
      stddev_ms: 10,
      ...figures,
    })
    const slowest = (label: string, maxMs: number): (typeof timeouts.statements)[number] => ({
      queryid: label,
      role: 'authenticated',
      toplevel: true,
      calls: 100,
      meanMs: 50,
      stddevMs: 10,
      maxMs,
      since: null,
    })
    return {
      statements: {
        ...statements,
        statements: [
          like('near by its spread', { mean_ms: 3_000, stddev_ms: 1_500 }),
          like('near by its mean', { mean_ms: 4_500, calls: 2 }),
          like('near by its slowest call', { mean_ms: 1_500, stddev_ms: 800 }),
          like('slow once, long ago', {}),
          like('slow enough, but bounded by nothing', { role: 'postgres', mean_ms: 60_000 }),
          like('of few calls', { calls: 3, mean_ms: 1_000, stddev_ms: 3_000 }),
        ],
      },
      timeouts: {
        ...timeouts,
        statements: [
          slowest('near by its slowest call', 7_900),
          slowest('slow once, long ago', 7_900),
        ],
      },
    }
  },
  defects: ['near by its spread', 'near by its mean', 'near by its slowest call'],
  decoys: ['slow once, long ago', 'slow enough, but bounded by nothing', 'of few calls'],
}
