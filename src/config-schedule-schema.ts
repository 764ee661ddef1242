import { z } from 'zod'
import { jobNames } from './config-schedule.ts'

const jobSchema = z.strictObject({
  enabled: z.boolean().optional(),
  cron: z.string().min(1).max(200).optional(),
  timezone: z.string().min(1).max(100).optional(),
  missed: z.enum(['catch-up', 'skip']).optional(),
  retries: z.number().int().min(0).max(10).optional(),
})

export const scheduleSchema: z.ZodType = z.strictObject({
  timezone: z.string().min(1).max(100).optional(),
  jobs: z.partialRecord(z.enum(jobNames), jobSchema).optional(),
})
