/** Sketches that the sender has made. */
import { limits } from '../../../src/wire.ts'
import { bad, each, good, minute, pre, type WireVector } from './vector.ts'

/** Far enough from a limit for a test whose clock moves. */
const wide = 600_000

export const sketches: WireVector[] = [
  good('a sketch', pre({})),
  good('a sketch of zeros', pre({ n: 2, err: 0, z: 2, sum: 0, min: 0, max: 0, i: [], c: [] })),
  bad(
    'a list of no list',
    'bad_sketch',
    pre({ n: 1, err: 0, z: 1, sum: 0, min: 0, max: 0, i: [[]], c: [] }),
  ),
  good(
    'the outermost bins',
    pre({ n: 2, err: 2, z: 0, sum: 1e9, min: 0.001, max: 1e9, i: [-345, 1037], c: [1, 1] }),
  ),
  good('as many events as it may stand for', pre({ n: 1e12, z: 0, i: [5], c: [1e12] })),
  ...each('bad_dim', pre, 'd', [1, '0', null]),
  ...each('bad_time', pre, 't', [null, 'x', minute + 1, minute + 0.5, minute + 1000]),
  ...each('too_old', pre, 't', [0, minute - limits.lateMs - wide]),
  ...each('in_future', pre, 't', [1e300, minute + limits.aheadMs + 2 * wide]),
  ...each('bad_sketch', pre, 'n', [0, -1, 2, 4, 1.5, '3', null, 1e12 + 1, 1e300, [], true]),
  ...each('bad_sketch', pre, 'err', [-1, 4, 0.5, '1', null]),
  ...each('bad_sketch', pre, 'z', [-1, 0, 2, 4, 0.5, '1', null]),
  ...each('bad_sketch', pre, 'sum', [-1, 3e9 + 1, '21', null, 1e300]),
  ...each('bad_sketch', pre, 'min', [-1, 12, '0', null]),
  ...each('bad_sketch', pre, 'max', [-1, 1e9 + 1, '11', null]),
  ...each('bad_sketch', pre, 'i', [
    null,
    {},
    [],
    [116],
    [116, 117, 118],
    [120, 116],
    [116, 116],
    [116, '120'],
    [116, 120.5],
    [116, null],
    [-346, 116],
    [116, 1038],
    [[116], [120]],
    [1e300, 1e301],
  ]),
  ...each('bad_sketch', pre, 'c', [
    null,
    'x',
    [],
    [2],
    [1, 1, 0],
    [2, 0],
    [3, -1],
    [1.5, 0.5],
    ['1', '1'],
    [1e300, 1],
  ]),
]
