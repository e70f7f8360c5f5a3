import type { SourcePolicy, UpstreamBudget } from '@souk/contracts';
import type { FeedLayout, FeedMapping } from '@souk/feed';
import type { z } from 'zod';

/** One call to make. Secrets belong into headers or body, never into the address: that is logged. */
export interface SourceRequest {
  /** What is called, in the source's words: `getItems`. Budgets and breakers are kept per operation. */
  operation: string;
  method: 'GET' | 'POST';
  url: URL;
  headers?: Record<string, string>;
  body?: string;
  /** The address came from a person: dialled only where it is public, and where robots.txt allows it. */
  userSupplied?: boolean;
  /** Ask only for what changed (ETag, Last-Modified). An answer 304 reaches `read` as the body it stands for. */
  conditional?: boolean;
  /** Largest answer in bytes after decompression; 5 MB unless given, at most 50 MB. */
  maxBytes?: number;
}

/** What came back, of any status; the body is text already and bounded in size. */
export interface SourceAnswer {
  status: number;
  headers: Headers;
  body: string;
  /** After redirects. */
  url: URL;
  /** The only clock of an adapter. */
  fetchedAt: Date;
}

export interface SourceItem {
  /** The item as the source wrote it, to look at when it cannot be read. */
  raw: unknown;
  /** Fields of a posted observation, without `source`; amounts as they were written. */
  posted: Record<string, unknown>;
  /** Where it stands in its file; told with what is wrong with it. */
  line?: number;
  /** What made it unreadable already. */
  problem?: { field: string; problem: string };
}

/** What every answer may say besides. */
export interface AccountNews {
  /** The account has used up what it has, though this call succeeded: nobody should call for so long. */
  pauseMs?: number | undefined;
}

/** One page of a shop or feed. */
export interface CataloguePage extends AccountNews {
  items: SourceItem[];
  /** Where to go on; null after the last page. */
  next: string | null;
}

export interface MissingProduct {
  product: string;
  /** `no-offer`: the source knows it and sells it not. `failed`: nothing is known of it, ask again. */
  reason: 'not-found' | 'not-accessible' | 'no-offer' | 'failed';
  detail: string;
}

/** What a look-up told of each product that it asked for, whatever the order of the answer was. */
export interface LookupResult extends AccountNews {
  items: SourceItem[];
  missing: MissingProduct[];
}

export interface SearchQuery {
  text: string;
  minPriceMinor?: number | undefined;
  maxPriceMinor?: number | undefined;
  /** Counts from 1. */
  page: number;
}

export interface SearchPage extends AccountNews {
  items: SourceItem[];
  /** Products found in all, when the source says so. */
  total: number | null;
}

export interface SourceCategory {
  id: string;
  name: string;
  /** Names from the root down to this one. */
  path: string[];
}

/** The answer is not what this source has always sent: better no prices than wrong ones. Counts as its failure. */
export class UnexpectedAnswer extends Error {
  override name = 'UnexpectedAnswer';
}

export type RefusalKind = 'throttled' | 'unauthorized' | 'forbidden' | 'unavailable' | 'invalid';

/** The source declined the call and said why. */
export class RefusedBySource extends Error {
  override name = 'RefusedBySource';
  readonly kind: RefusalKind;
  readonly retryAfterMs: number | undefined;

  constructor(kind: RefusalKind, message: string, retryAfterMs?: number) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Calls that one account may make, as quota counts them; see `quota.register-upstreams`. */
export type AdapterBudget = Omit<z.input<typeof UpstreamBudget>, 'upstream'>;

/** How to get a token (OAuth 2). It serves all that ask in the same way, is renewed 30 s early, and once when a call answers 401. */
export interface TokenRequest {
  request: SourceRequest;
  /** Throws UnexpectedAnswer or RefusedBySource, as for a web page where a token should be. */
  read(answer: SourceAnswer): { accessToken: string; expiresInMs: number };
}

/** Where a file of products is: an address, or a path that the operator's settings name. */
export type FeedPlace = { url: URL; headers: Record<string, string> } | { path: string };

/** A file that is brought whole and read row by row, so that it may be of any size. */
export interface FeedPlan {
  place: FeedPlace;
  layout: FeedLayout;
  mapping: FeedMapping;
}

/**
 * What makes one source different from another; everything else is done once for all of them. All of it is pure: no
 * I/O, and no clock but `answer.fetchedAt`. `read` gets answers of every status and throws UnexpectedAnswer or
 * RefusedBySource; `expectSuccess` does so for the usual statuses. `auth` is the access token, where there is one.
 */
export interface SourceAdapter<Config = unknown> {
  /** Name and version of the reading, kept with every price: `amazon-creators/1`. */
  readonly version: string;
  /** Reads the settings of one source, the references to secrets already replaced by the secrets. */
  readonly config: z.ZodType<Config>;
  policy(config: Config): SourcePolicy;
  /** What the source allows, or what it surely bears; the operator's SOUK_QUOTA_UPSTREAMS stands above it. */
  defaultBudget(config: Config): AdapterBudget;
  authorize?(config: Config): TokenRequest | undefined;
  /** A whole shop or feed, page by page. */
  catalogue?: {
    request(config: Config, cursor: string | null, auth?: string): SourceRequest;
    read(config: Config, answer: SourceAnswer): CataloguePage;
  };
  /** Instead of a catalogue in pages: one file with all products. */
  feed?(config: Config): FeedPlan;
  /** By product code, up to `maxProducts` in one call. */
  lookup?: {
    readonly maxProducts: number;
    /** Permits that a call for so many products takes, where the source counts something else than calls; else 1. */
    cost?(products: number): number;
    request(config: Config, products: readonly string[], auth?: string): SourceRequest;
    read(config: Config, products: readonly string[], answer: SourceAnswer): LookupResult;
  };
  search?: {
    /** Permits that a call takes; 1 unless given. */
    readonly cost?: number;
    request(config: Config, query: SearchQuery, auth?: string): SourceRequest;
    read(config: Config, answer: SourceAnswer): SearchPage;
  };
  variations?: {
    /** Permits that a call takes; 1 unless given. */
    readonly cost?: number;
    request(config: Config, query: { product: string; page: number }, auth?: string): SourceRequest;
    read(config: Config, answer: SourceAnswer): SearchPage;
  };
  categories?: {
    readonly maxCategories: number;
    request(config: Config, ids: readonly string[], auth?: string): SourceRequest;
    read(config: Config, answer: SourceAnswer): SourceCategory[];
  };
  /** Why this code cannot be one of this source's (an ASIN's check digit); null when it can. */
  checkProduct?(config: Config, product: string): string | null;
}
