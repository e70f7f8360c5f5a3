import { ChannelsInput, MAX_BULK_WATCHES, TagInput } from '@souk/contracts';
import { z } from 'zod';
import { Amount, CurrencyCode, Time } from '../http/shapes.ts';
import { advice, change, WatchView } from './watch.schemas.ts';

export const ChangeWatchesBody = z
  .strictObject({
    ids: z.array(z.uuid().toLowerCase()).min(1).max(MAX_BULK_WATCHES).optional(),
    tag: TagInput.optional(),
    patch: z
      .strictObject({
        ...change,
        addTags: z.array(TagInput).max(20).optional(),
        removeTags: z.array(TagInput).max(20).optional(),
      })
      .refine((patch) => Object.values(patch).some((value) => value !== undefined), {
        message: 'name what is to be changed',
      })
      .optional(),
    delete: z.literal(true).optional(),
  })
  .refine(({ ids, tag }) => (ids === undefined) !== (tag === undefined), {
    message: 'give either ids or a tag',
    path: ['ids'],
  })
  .refine((body) => (body.patch === undefined) !== (body.delete === undefined), {
    message: 'give either a patch or delete',
    path: ['patch'],
  });
export type ChangeWatchesBody = z.infer<typeof ChangeWatchesBody>;

const problem = z.object({ field: z.string(), problem: z.string() });

export const ChangedWatches = z
  .object({
    changed: z.int(),
    notFound: z.array(z.uuid()),
    rejected: z.array(z.object({ watchId: z.uuid(), problems: z.array(problem) })),
    more: z.boolean().meta({ description: 'More watches have the tag than are changed at once: ask again.' }),
  })
  .meta({ id: 'ChangedWatches' });

const MAX_CONTENT = 800_000;

export const ImportWatchesBody = z.strictObject({
  format: z
    .enum(['csv', 'json', 'changedetection', 'pricebuddy'])
    .meta({ description: 'What another tool exported, or what GET /v1/watches/export answers.' }),
  content: z
    .union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())], {
      error: 'must be the text of the file, or its JSON',
    })
    .transform((content) => (typeof content === 'string' ? content : JSON.stringify(content)))
    .refine((text) => text.length > 0 && Buffer.byteLength(text) <= MAX_CONTENT, {
      message: `must have 1 to ${MAX_CONTENT} bytes`,
    })
    .meta({ description: 'The file: its text, or for JSON formats the JSON itself.' }),
  channels: ChannelsInput.default(['inbox']).meta({ description: 'Of lines that name none.' }),
  dryRun: z.boolean().default(false).meta({
    description: 'Check every line and make nothing; `wouldCreate` tells how many watches would be made.',
  }),
});
export type ImportWatchesBody = z.infer<typeof ImportWatchesBody>;

export const ImportedWatches = z
  .object({
    created: z.int(),
    wouldCreate: z.int().optional().meta({
      description: 'Only of a dry run: how many watches the same request makes without `dryRun`.',
    }),
    existing: z.int().meta({ description: 'Made by an earlier attempt with the same Idempotency-Key.' }),
    watchIds: z.array(z.uuid()),
    rejected: z
      .array(problem.extend({ line: z.int() }))
      .meta({ description: 'Lines (of JSON: places from 1) that were not made, each with its field.' }),
  })
  .meta({ id: 'ImportedWatches' });

export const ExportQuery = z.strictObject({
  format: z.enum(['csv', 'json']).default('json'),
  tag: TagInput.optional(),
});
export type ExportQuery = z.infer<typeof ExportQuery>;

/** As `POST /v1/watches` takes each, and `POST /v1/watches/import` all of them. */
export const ExportedWatches = z
  .array(z.looseObject({ when: z.record(z.string(), z.unknown()) }))
  .meta({ id: 'ExportedWatches' });

const Inputs = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const Verdict = z.enum(['true', 'false', 'unknown']);

export const WatchExplanation = z
  .object({
    watch: WatchView,
    summary: z.string().meta({
      description: 'All of it in one sentence.',
      example: 'costs 46.80 EUR, 4.0 % above your limit of 45.00 EUR; last checked 6 min ago',
    }),
    holds: z
      .array(z.object({ kind: z.string(), sentence: z.string(), until: Time.nullable() }))
      .meta({ description: 'What keeps alerts back at present.' }),
    evaluations: z.array(
      z.object({
        source: z.string(),
        product: z.string(),
        productId: z.uuid(),
        title: z.string().nullable(),
        url: z.string().nullable(),
        price: Amount,
        currency: CurrencyCode,
        observedAt: Time,
        checkedAt: Time,
        verdict: Verdict,
        conditions: z.array(
          z.object({
            field: z.string(),
            kind: z.string(),
            verdict: Verdict,
            matters: z.boolean().optional().meta({
              description:
                'false: it changes nothing as things are, as a branch of an `any` that holds anyway.',
            }),
            rule: z.string(),
            sentence: z.string(),
            inputs: Inputs,
          }),
        ),
        traceId: z.string(),
      }),
    ),
    events: z
      .array(
        z.object({
          at: Time,
          kind: z.string(),
          sentence: z.string(),
          productId: z.uuid().nullable(),
          alertId: z.uuid().nullable(),
          traceId: z.string().nullable(),
        }),
      )
      .meta({ description: 'Newest first: alerts, and crossings that raised none, with the reason.' }),
    advice,
  })
  .meta({ id: 'WatchExplanation' });
