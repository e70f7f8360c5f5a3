import { QuarantinedObservation, SourceName, SourceState } from '@souk/contracts';
import { z } from 'zod';
import { cursorQuery, pageOf, Time } from '../http/shapes.ts';

export const SourceList = z
  .object({ items: z.array(SourceState.meta({ id: 'SourceState' })), next: z.null() })
  .meta({ id: 'SourceList' });

export const SourceParams = z.object({ source: SourceName });
export type SourceParams = z.infer<typeof SourceParams>;

export const CategoryQuery = z.strictObject({
  ids: z
    .string()
    .max(2_000)
    .transform((text) => text.split(','))
    .pipe(z.array(z.string().min(1, 'an id is empty').max(100)).min(1).max(50))
    .meta({ description: '1 to 50 ids, with commas between them.', example: '1805560031,976419031' }),
});
export type CategoryQuery = z.infer<typeof CategoryQuery>;

export const CategoryList = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        path: z.array(z.string()).meta({ description: 'Names from the root down to this one.' }),
      }),
    ),
    missing: z.array(z.string()).meta({ description: 'Ids that the source does not know.' }),
    fetchedAt: Time,
    next: z.null(),
  })
  .meta({ id: 'CategoryList' });

export const QuarantineQuery = cursorQuery({
  judgedBy: z.enum(['form', 'history']).default('form').meta({
    description: '`form`: the observation itself is wrong. `history`: it contradicts what is known.',
  }),
});
export type QuarantineQuery = z.infer<typeof QuarantineQuery>;

export const QuarantinePage = pageOf(
  QuarantinedObservation.extend({ source: z.string(), quarantinedAt: Time, traceId: z.string() }).meta({
    id: 'QuarantinedObservation',
  }),
).meta({ id: 'QuarantinePage' });
