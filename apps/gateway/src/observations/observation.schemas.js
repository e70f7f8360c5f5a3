import { FieldProblem, Mode, PostedObservation } from '@souk/contracts';
import { z } from 'zod';
export const ObservationsQuery = z.strictObject({
  mode: Mode.default('live').meta({
    description:
      '`backfill` stores and scores and never alerts; `live` unless given, whatever the age of observedAt.',
  }),
});
export const UploadResult = z
  .object({
    accepted: z
      .int()
      .meta({ description: 'Lines that are stored; the same observation sent twice is stored once.' }),
    rejectedCount: z.int(),
    rejected: z
      .array(
        z.object({
          line: z.int().meta({ description: 'Line of the body, or element of the array, counted from 1.' }),
          field: z.string(),
          problem: z.string(),
          problems: z
            .array(FieldProblem)
            .optional()
            .meta({ description: 'All of them, when there is more than one.' }),
        }),
      )
      .meta({ description: 'The first 1,000.' }),
  })
  .meta({ id: 'UploadResult' });
export const Observation = PostedObservation.meta({
  id: 'Observation',
  description: 'A price as it was seen.',
});
export const OBSERVATION_EXAMPLE = {
  source: 'steam',
  product: '730',
  title: 'A game',
  price: '14.99',
  currency: 'USD',
  listPrice: '19.99',
  availability: 'in_stock',
  observedAt: '2020-06-01T00:00:00Z',
  url: 'https://store.example/app/730',
  category: ['Games'],
  condition: 'new',
};
