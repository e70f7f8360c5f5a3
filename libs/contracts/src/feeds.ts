import { z } from 'zod';
import { CollectedObservation } from './observation.ts';
import { FieldProblem, query } from './query.ts';

export const MAX_SAMPLE_CHARACTERS = 200_000;

/** A line of a feed as it would be stored, or what is wrong with it. */
export const PreviewedLine = z.object({
  line: z.int(),
  observation: CollectedObservation.nullable(),
  problems: z.array(FieldProblem),
});

export const PreviewFeed = query('ingestion.preview-feed', {
  summary: 'How the first rows of a feed would be read; nothing is stored.',
  deadlineMs: 30_000,
  request: z.object({
    url: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .max(2_048)
      .optional(),
    sample: z.string().max(MAX_SAMPLE_CHARACTERS).optional(),
    /** As in the settings of a source of the kind feed, without its place; proposed unless given. */
    settings: z.record(z.string(), z.unknown()).default({}),
  }),
  response: z.object({
    format: z.enum(['csv', 'tsv', 'ndjson', 'json']),
    charset: z.string(),
    delimiter: z.string().nullable(),
    hasHeader: z.boolean(),
    /** In their order; columns without names are called by their numbers, from 1. */
    columns: z.array(z.object({ name: z.string(), examples: z.array(z.string()) })),
    /** Settings that were found by the names of the columns or by what stands in them. */
    proposed: z.record(z.string(), z.unknown()),
    /** Why no row can be read: columns that are gone, or a proposal without product or price. */
    problem: z.string().nullable(),
    lines: z.array(PreviewedLine),
  }),
});
