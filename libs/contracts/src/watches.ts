import { z } from 'zod';
import { AlertReason } from './alerts.ts';
import { WatchConditions } from './conditions.ts';
import { event } from './event.ts';
import { AccountId, Currency, Instant, MinorAmount, ProductCode, ProductId, SourceName } from './ids.ts';
import { FieldProblem, query } from './query.ts';
import { Wording } from './wording.ts';

const Named = z.object({ source: SourceName, product: ProductCode });
const Attributes = z
  .record(z.string().min(1).max(100), z.string().min(1).max(200))
  .refine((attributes) => Object.keys(attributes).length <= 10, 'at most ten attributes');

/** What a watch is on. All but the first are many listings, also such as appear later. */
export const WatchTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('product'), ...Named.shape }),
  /** Variations of a product of this code that have these attributes; others may be any. */
  z.object({ kind: z.literal('variants'), ...Named.shape, attributes: Attributes }),
  /** Listings whose titles have all these words. */
  z.object({ kind: z.literal('query'), text: z.string().min(2).max(200), source: SourceName.optional() }),
  /** Listings in a category of this name, at any level. */
  z.object({
    kind: z.literal('category'),
    category: z.string().min(1).max(200),
    source: SourceName.optional(),
  }),
  z.object({ kind: z.literal('source'), source: SourceName }),
]);
export type WatchTarget = z.infer<typeof WatchTarget>;

/** `waiting`: nobody knows its product yet. */
export const WatchState = z.enum(['active', 'waiting', 'paused', 'snoozed', 'expired']);
export type WatchState = z.infer<typeof WatchState>;

const Tag = z.string().trim().min(1).max(40);
export const MAX_TAGS = 20;

/** When a watch keeps silent although it could speak; nothing of it unless it is set. */
const restraint = {
  /** After an alert of an offer the next one comes only once its price has moved away by so many percent. */
  hysteresisPercent: z.number().gt(0).max(100).nullable(),
  /** No other alert of the watch for so long. */
  cooldownSeconds: z.int().min(1).max(31_536_000).nullable(),
  /** Alerts within any 24 hours at most. */
  dailyCap: z.int().min(1).max(1_000).nullable(),
  snoozedUntil: Instant.nullable(),
  expiresAt: Instant.nullable(),
} as const;

export const Watch = z.object({
  id: z.uuid(),
  name: z.string().max(100).nullable().optional(),
  tags: z.array(Tag).max(MAX_TAGS).optional(),
  /** Null when it is on many listings, see `target`. */
  product: Named.nullable(),
  target: WatchTarget.optional(),
  /** The listing it is bound to; null while the product is unknown, and of watches on many. */
  productId: ProductId.nullable(),
  when: WatchConditions,
  /** Channel ids, or `inbox`. */
  channels: z.array(z.string()),
  paused: z.boolean(),
  state: WatchState.optional(),
  ...z.object(restraint).partial().shape,
  createdAt: Instant,
});
export type Watch = z.infer<typeof Watch>;

/** Tells ingestion what is worth tracking, and the account's other views that something changed. */
export const WatchChanged = event('alerting.watch-changed.v1', {
  summary: 'A watch was made, changed or deleted.',
  data: z.object({
    watchId: z.uuid(),
    change: z.enum(['created', 'updated', 'deleted']),
    /** Of a watch on many listings: its source or `any`, and what it is on. */
    source: SourceName,
    product: ProductCode,
    productIds: z.array(ProductId),
    /** Of a watch on many listings: those that are worth tracking now, instead of the above. */
    products: z
      .array(Named.extend({ productId: ProductId }))
      .max(200)
      .optional(),
  }),
  orderKeys: (data) => [data.watchId],
});

/** Why a watch may never speak, or would speak all the time, or how often it would have, with what would help. */
export const WatchAdvice = z.object({
  kind: z.enum([
    'never',
    'rarely',
    'daily',
    /** Neither: how often it would have spoken. */
    'past',
    'always-true',
    'unknown-product',
    'no-alerts',
    'not-told',
  ]),
  /** The condition that it is about: `when.all.0.priceBelow`. */
  field: z.string(),
  sentence: z.string(),
  said: Wording.optional(),
});
export type WatchAdvice = z.infer<typeof WatchAdvice>;

const ByAccount = z.object({ accountId: AccountId });
const Page = ByAccount.extend({ limit: z.int().min(1).max(200), cursor: z.string().max(500).optional() });
const Channels = z.array(z.string().max(64)).min(1).max(20);

/** What can be said of a watch when it is made, and changed later. Null takes a setting back. */
export const WatchSettings = z.object({
  name: z.string().trim().min(1).max(100).nullable().optional(),
  tags: z.array(Tag).max(MAX_TAGS).optional(),
  ...z.object(restraint).partial().shape,
});
export type WatchSettings = z.infer<typeof WatchSettings>;

/** What a new watch is on: exactly one of these. */
export const WatchSubject = z.object({
  product: Named.optional(),
  productId: ProductId.optional(),
  /** A pasted link. */
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .optional(),
  variantsOf: z
    .union([
      Named.extend({ attributes: Attributes }),
      z.object({ productId: ProductId, attributes: Attributes }),
    ])
    .optional(),
  query: z.object({ text: z.string().min(2).max(200), source: SourceName.optional() }).optional(),
  category: z.object({ name: z.string().min(1).max(200), source: SourceName.optional() }).optional(),
  source: SourceName.optional(),
});
export type WatchSubject = z.infer<typeof WatchSubject>;

export const CreateWatch = query('alerting.create-watch', {
  summary: 'Make a watch; says at once which of its conditions are already true, and what to expect of it.',
  deadlineMs: 10_000,
  request: ByAccount.extend({
    /** Made from the Idempotency-Key, so that a repeated command makes one watch. */
    watchId: z.uuid(),
    ...WatchSubject.shape,
    ...WatchSettings.shape,
    when: WatchConditions,
    channels: Channels,
    paused: z.boolean().optional(),
  }),
  response: z.object({
    watch: Watch,
    alreadyTrue: z.array(AlertReason),
    advice: z.array(WatchAdvice).optional(),
    /** Of a watch on many listings: those that are looked up for it at their sources by now. */
    followed: z.array(Named).max(50).optional(),
  }),
});

export const ListWatches = query('alerting.list-watches', {
  summary: 'Watches of an account, newest first.',
  request: Page.extend({
    tag: Tag.optional(),
    state: WatchState.optional(),
    productId: ProductId.optional(),
  }),
  response: z.object({ watches: z.array(Watch), next: z.string().nullable() }),
});

export const GetWatch = query('alerting.get-watch', {
  summary: 'One watch.',
  request: ByAccount.extend({ watchId: z.uuid() }),
  response: z.object({ watch: Watch }),
});

const change = z.object({
  ...WatchSettings.shape,
  when: WatchConditions.optional(),
  channels: Channels.optional(),
  paused: z.boolean().optional(),
});

export const UpdateWatch = query('alerting.update-watch', {
  summary: 'Change conditions, channels, settings or pause of a watch.',
  deadlineMs: 10_000,
  request: ByAccount.extend({ watchId: z.uuid(), ...change.shape }),
  response: z.object({ watch: Watch, advice: z.array(WatchAdvice).optional() }),
});

export const DeleteWatch = query('alerting.delete-watch', {
  summary: 'Delete a watch; its alerts stay.',
  request: ByAccount.extend({ watchId: z.uuid() }),
  response: z.object({}),
});

export const MAX_BULK_WATCHES = 500;

export const ChangeWatches = query('alerting.change-watches', {
  summary: 'Change or delete many watches at once, by their ids or a tag; each on its own merits.',
  deadlineMs: 25_000,
  request: ByAccount.extend({
    ids: z.array(z.uuid()).min(1).max(MAX_BULK_WATCHES).optional(),
    tag: Tag.optional(),
    patch: change
      .extend({ addTags: z.array(Tag).max(20).optional(), removeTags: z.array(Tag).max(20).optional() })
      .optional(),
    delete: z.literal(true).optional(),
  }),
  response: z.object({
    changed: z.int().nonnegative(),
    notFound: z.array(z.uuid()),
    rejected: z.array(z.object({ watchId: z.uuid(), problems: z.array(FieldProblem) })),
    /** More watches have the tag than are changed at once: ask again. */
    more: z.boolean(),
  }),
});

/** The body is the file as text, at most 800 KB. */
export const ImportWatches = query('alerting.import-watches', {
  summary: 'Make watches of a file; lines that are wrong are told, the others are made.',
  hasBody: true,
  deadlineMs: 25_000,
  request: ByAccount.extend({
    /** Made from the Idempotency-Key; the watch of a line is named by both, so that a repetition makes none twice. */
    importId: z.uuid(),
    format: z.enum(['csv', 'json', 'changedetection', 'pricebuddy']),
    /** Of lines that name none. */
    channels: Channels.default(['inbox']),
    /** Check every line and make nothing. */
    dryRun: z.boolean().default(false),
  }),
  response: z.object({
    created: z.int().nonnegative(),
    /** Of a dry run alone: watches that the same request would make without it. */
    wouldCreate: z.int().nonnegative().optional(),
    /** Made by an earlier attempt at the same import. */
    existing: z.int().nonnegative(),
    watchIds: z.array(z.uuid()),
    rejected: z.array(FieldProblem.extend({ line: z.int().positive() })),
  }),
});

/** One condition as it stands at the latest price. */
export const ConditionVerdict = z.object({
  field: z.string(),
  kind: AlertReason.shape.kind,
  verdict: z.enum(['true', 'false', 'unknown']),
  /** False of those that change nothing as things are, such as other branches of an `any` that holds. */
  matters: z.boolean().optional(),
  /** `price below 45.00 EUR`. */
  rule: z.string(),
  /** What is there, and how far it is from what was asked: `the price is 4.0 % above your limit`. */
  sentence: z.string(),
  inputs: AlertReason.shape.inputs,
  /** The rule and the sentence for other languages. */
  saidRule: Wording.optional(),
  said: Wording.optional(),
});
export type ConditionVerdict = z.infer<typeof ConditionVerdict>;

/** Why nothing comes, or comes later, although a condition may hold. */
export const WatchHold = z.object({
  kind: z.string(),
  /** `quiet hours until 07:00`. */
  sentence: z.string(),
  until: Instant.nullable(),
  said: Wording.optional(),
});
export type WatchHold = z.infer<typeof WatchHold>;

export const ExplainWatch = query('alerting.explain-watch', {
  summary:
    'Why a watch spoke, or did not: each condition at the latest price, what held it back, what happened.',
  deadlineMs: 10_000,
  request: ByAccount.extend({ watchId: z.uuid() }),
  response: z.object({
    watch: Watch,
    /** All of it in one sentence. */
    summary: z.string(),
    /** Its parts but the holds, for other languages. */
    said: z.array(Wording).optional(),
    holds: z.array(WatchHold),
    /** The latest price of each listing that it is on; of a watch on many, of those that come closest. */
    evaluations: z
      .array(
        z.object({
          ...Named.shape,
          productId: ProductId,
          title: z.string().nullable(),
          url: z.string().nullable(),
          priceMinor: MinorAmount,
          currency: Currency,
          observedAt: Instant,
          /** When its price was last looked at or posted. */
          checkedAt: Instant,
          verdict: z.enum(['true', 'false', 'unknown']),
          conditions: z.array(ConditionVerdict),
          traceId: z.string(),
        }),
      )
      .max(5),
    /** Newest first: alerts, and crossings that raised none, each with the reason. */
    events: z.array(
      z.object({
        at: Instant,
        kind: z.enum([
          'raised',
          'hysteresis',
          'cooldown',
          'daily-cap',
          'snoozed',
          'expired',
          'late',
          'no-alerts',
          'quarantined',
          'source-failed',
        ]),
        sentence: z.string(),
        said: Wording.optional(),
        /** Those of an alert. */
        reasons: z.array(AlertReason).optional(),
        productId: ProductId.nullable(),
        alertId: z.uuid().nullable(),
        traceId: z.string().nullable(),
      }),
    ),
    advice: z.array(WatchAdvice),
  }),
});
