import { AcquirePermits, ReportOutcome, type RequestOf, type ResponseOf } from '@souk/contracts';
import type { World } from '@souk/testing';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { type SourceAdapter, type SourceItem, UnexpectedAnswer } from '../src/sources/adapter.ts';
import { ADAPTERS } from '../src/sources/adapters.ts';
import { expectSuccess } from '../src/sources/expect-success.ts';

const Config = z.object({
  baseUrl: z.url(),
  clientSecret: z.string().optional(),
  isPage: z.boolean().optional(),
});
type Config = z.infer<typeof Config>;
const Items = z.object({
  items: z.array(z.looseObject({ id: z.string() })),
  missing: z.array(z.string()).default([]),
});

/** A source with look-ups, a search and tokens, as plain as may be. */
const scripted: SourceAdapter<Config> = {
  version: 'scripted/3',
  config: Config,
  policy: () => ({ mayStoreHistory: true, cacheLifetimeMs: null, mayAlert: true, attribution: null }),
  defaultBudget: () => ({ ratePerSecond: 5, burst: 2 }),
  authorize: ({ baseUrl, clientSecret }) =>
    clientSecret === undefined
      ? undefined
      : {
          request: {
            operation: 'token',
            method: 'POST',
            url: new URL('/token', baseUrl),
            headers: { 'x-shop': baseUrl },
            body: clientSecret,
          },
          read(answer) {
            expectSuccess(answer);
            const token = z.object({ token: z.string(), seconds: z.number() }).safeParse(jsonOf(answer.body));
            if (!token.success) throw new UnexpectedAnswer('it answered no JSON with a token');
            return { accessToken: token.data.token, expiresInMs: token.data.seconds * 1_000 };
          },
        },
  lookup: {
    maxProducts: 10,
    request: ({ baseUrl, isPage }, products, auth) => ({
      operation: 'lookup',
      method: 'GET',
      url: new URL(`/lookup?ids=${products.join()}`, baseUrl),
      ...(isPage && { userSupplied: true }),
      ...(auth !== undefined && { headers: { authorization: `Bearer ${auth}` } }),
    }),
    read(_config, _products, answer) {
      expectSuccess(answer);
      const { items, missing } = itemsOf(answer.body);
      return {
        items,
        missing: missing.map((product) => ({ product, reason: 'not-found', detail: 'no such product' })),
      };
    },
  },
  search: {
    request: ({ baseUrl }, { text }) => ({
      operation: 'search',
      method: 'GET',
      url: new URL(`/search?q=${encodeURIComponent(text)}`, baseUrl),
    }),
    read(_config, answer) {
      expectSuccess(answer);
      return { items: itemsOf(answer.body).items, total: null };
    },
  },
  checkProduct: (_config, product) => (/^[a-z0-9-]+$/.test(product) ? null : 'is no code of this shop'),
};

function itemsOf(body: string): { items: SourceItem[]; missing: string[] } {
  const page = Items.safeParse(jsonOf(body));
  if (!page.success) throw new UnexpectedAnswer('the answer has another shape');
  return {
    items: page.data.items.map(({ id, ...facts }) => ({
      raw: { id, ...facts },
      posted: { product: id, ...facts },
    })),
    missing: page.data.missing,
  };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Makes `adapter: "scripted"` known to the sources of this process. */
export const registerScripted = (): void => void Object.assign(ADAPTERS, { scripted });

export interface ScriptedSource {
  url: string;
  /** Paths with their queries, and the tokens that came along. */
  calls: { path: string; token: string | undefined }[];
  /** How the next look-ups are answered, in order; then every product costs 10.00 EUR. */
  next: RequestListener[];
  /** Instead of the usual, until it is taken away. */
  always: RequestListener | undefined;
  token: RequestListener | undefined;
  lookUps(): string[];
  close(): Promise<void>;
}

const priced = (id: string): object => ({ id, title: `Product ${id}`, price: '10.00', currency: 'EUR' });

export const pricedItems =
  (items: object[]): RequestListener =>
  (_request, response) =>
    response.end(JSON.stringify({ items }));

const codesIn = (request: IncomingMessage): string[] =>
  new URL(request.url ?? '', 'http://source').searchParams.get('ids')?.split(',') ?? [];

export async function startScriptedSource(): Promise<ScriptedSource> {
  let tokens = 0;
  const state: Omit<ScriptedSource, 'url' | 'close' | 'lookUps'> = {
    calls: [],
    next: [],
    always: undefined,
    token: undefined,
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    state.calls.push({ path, token: request.headers.authorization?.replace('Bearer ', '') });
    if (path === '/token') {
      if (state.token) return state.token(request, response);
      return void response.end(JSON.stringify({ token: `token-${(tokens += 1)}`, seconds: 3_600 }));
    }
    const listener =
      state.next.shift() ??
      state.always ??
      pricedItems((codesIn(request).length > 0 ? codesIn(request) : ['found']).map(priced));
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lookUps: () =>
      state.calls.filter(({ path }) => path.startsWith('/lookup')).map(({ path }) => path.split('=')[1]!),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

export const granted: ResponseOf<typeof AcquirePermits> = { granted: true, waitedMs: 0 };
export const declined: ResponseOf<typeof AcquirePermits> = {
  granted: false,
  reason: 'daily-budget',
  retryAfterMs: 9_000,
};
const closed: ResponseOf<typeof ReportOutcome> = { breaker: 'closed' };

/** A quota that grants everything, and remembers what it was asked and told. */
export function generousQuota(world: World) {
  const asked: RequestOf<typeof AcquirePermits>[] = [];
  const reported: RequestOf<typeof ReportOutcome>[] = [];
  world.answer(AcquirePermits, (request) => {
    asked.push(request);
    return granted;
  });
  world.answer(ReportOutcome, (request) => {
    reported.push(request);
    return closed;
  });
  return { asked, reported };
}
