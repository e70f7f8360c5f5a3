import { BreakerState, BudgetWindow } from '@souk/contracts';
import { z } from 'zod';
import { Time } from '../http/shapes.ts';

const Window = BudgetWindow.extend({
  used: z
    .int()
    .nullable()
    .meta({ description: 'Calls it holds now; null while nobody knows: it counts as full.' }),
}).meta({ id: 'BudgetWindow', description: 'At most `calls` in any `periodMs`.' });

const Pace = z.object({ factor: z.number(), ratePerSecond: z.number(), throttledAt: Time.nullable() }).meta({
  id: 'Pace',
  description:
    'The rate in force: halved when the upstream asks for fewer calls without saying for how long, back to the budget by a hundredth of it per second.',
});

const Breaker = z
  .object({
    operation: z.string().nullable().meta({ description: 'null: all calls to the upstream.' }),
    state: BreakerState,
    failures: z.int(),
    retryAfterMs: z.number(),
  })
  .meta({ id: 'Breaker' });

const Forecast = z
  .object({
    callsLastHour: z.int(),
    exhaustedAt: Time.nullable().meta({ description: 'null: not within a day.' }),
  })
  .meta({ id: 'BudgetForecast', description: "Where the last hour's pace leads." });

export const BudgetList = z
  .object({
    items: z.array(
      z
        .object({
          upstream: z.string(),
          ratePerSecond: z.number(),
          burst: z.int(),
          dailyBudget: z.int().nullable().meta({ description: 'Calls within any 24 hours.' }),
          isSetting: z.boolean().optional().meta({
            description: 'From SOUK_QUOTA_UPSTREAMS; false: the source brought it along.',
          }),
          usedToday: z.int().meta({
            description:
              'Calls within the last 24 hours; without a daily budget those of the last seconds may be missing.',
          }),
          waiting: z.record(z.string(), z.int()).meta({ description: 'Calls that wait, by priority.' }),
          breaker: BreakerState,
          windows: z.array(Window).optional(),
          guardMs: z.number().optional().meta({ description: 'Time allowed for the way to the upstream.' }),
          pace: Pace.optional(),
          breakers: z
            .array(Breaker)
            .optional()
            .meta({ description: 'Those that are not closed or count failures.' }),
          forecast: Forecast.nullable().optional(),
        })
        .meta({ id: 'Budget' }),
    ),
    next: z.null(),
  })
  .meta({ id: 'BudgetList' });
