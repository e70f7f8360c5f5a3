import { QuarantinedObservation, SourceState } from '@souk/contracts';
import { z } from 'zod';
import { cursorQuery, pageOf, Time } from '../http/shapes.ts';

export const SourceList = z
  .object({ items: z.array(SourceState.meta({ id: 'SourceState' })), next: z.null() })
  .meta({ id: 'SourceList' });

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
