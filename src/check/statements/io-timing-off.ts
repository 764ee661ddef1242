import { quoteIdentifier } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'io_timing_off'
const title = 'Reading is not timed'

/** track_io_timing off. See docs/findings/io_timing_off.md. */
export const ioTimingOff: Rule = defineRule({
  name,
  title,
  description: 'Tells when the time that statements wait for the disk is not measured.',
  examines: 'settings',
  needs: ['server'],
  judge: ({ server }) => {
    const off = server.settings.track_io_timing?.value === 'off'
    const finding = objectFinding(
      { name, title },
      { type: 'setting', schema: null, name: 'track_io_timing' },
      {
        level: 'INFO',
        summary: 'off',
        detail:
          'track_io_timing is off: whether a slow statement computes or waits for the disk can’t be told.',
        remediation:
          `alter database ${quoteIdentifier(server.database)} set track_io_timing = on;\n` +
          '-- for connections made from then on; where the clock is slow (pg_test_timing), leave it off',
        evidence: { track_io_timing: 'off' },
      },
    )
    return { examined: 1, findings: off ? [finding] : [] }
  },
})
