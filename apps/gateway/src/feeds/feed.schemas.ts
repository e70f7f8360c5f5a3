import { MAX_SAMPLE_CHARACTERS, PreviewedLine, PreviewFeed } from '@souk/contracts';
import { z } from 'zod';
import { Amount } from '../http/shapes.ts';

export const FeedPreviewBody = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .max(2_048)
      .optional()
      .meta({ description: 'Where the feed is. Only its beginning is fetched.' }),
    sample: z
      .string()
      .min(1)
      .max(MAX_SAMPLE_CHARACTERS)
      .optional()
      .meta({ description: 'The beginning of the feed itself, instead of an address.' }),
    settings: z.record(z.string(), z.unknown()).optional().meta({
      description:
        'The `config` of a source of the kind feed, without `url`, `path` and `headers`; what is left out is found out.',
    }),
  })
  .refine(({ url, sample }) => (url === undefined) !== (sample === undefined), {
    error: 'give either url or sample',
    path: ['url'],
  })
  .meta({ id: 'FeedPreviewRequest' });
export type FeedPreviewBody = z.infer<typeof FeedPreviewBody>;

const Observation = PreviewedLine.shape.observation
  .unwrap()
  .omit({ priceMinor: true, listPriceMinor: true, memberPriceMinor: true, shippingMinor: true })
  .extend({
    price: Amount,
    listPrice: Amount.optional(),
    memberPrice: Amount.optional(),
    shipping: Amount.optional(),
  });

export const FeedPreviewView = PreviewFeed.response
  .extend({
    lines: z.array(PreviewedLine.extend({ observation: Observation.nullable() })),
  })
  .meta({ id: 'FeedPreview' });
export type FeedPreviewView = z.infer<typeof FeedPreviewView>;
