import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { CallLog } from './call-log.ts';
import { catalogue, productsById } from './catalogue.ts';
import { faultOf, type Fault } from './faults.ts';
import { historyLines } from './history.ts';
import { listen, queryNumber, readBody, send, sendJson, type RunningServer } from './http.ts';
import { listingOf, type Listing } from './listing.ts';
import { productImage, productPage } from './pages.ts';
import { shopClock } from './shop-clock.ts';

export interface SandboxOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** The same seed gives the same prices and faults. */
  seed?: string;
  /** How much faster time passes: at 1 a tick lasts 2 s. */
  speed?: number;
  /** Share of the calls with a fault, 0 to 1. */
  faultRate?: number;
  /** The clock, for tests. */
  now?: () => number;
}

export interface Sandbox extends RunningServer {
  readonly calls: CallLog;
  setFaultRate(rate: number): void;
}

export const defaultFaultRate = 0.03;

/** Starts the sandbox shop in this process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const seed = options.seed ?? 'souk';
  const clock = shopClock(options.speed ?? 1, options.now);
  const calls = new CallLog(clock.now);
  let faultRate = checkedRate(options.faultRate ?? defaultFaultRate);
  const stopped = new AbortController();

  const listings = (origin: string): Listing[] => {
    const tick = clock.tickAt(clock.now());
    return catalogue.map((product) => listingOf(seed, product, tick, clock.startOf(tick), origin));
  };

  /** What a shop sells: these calls are counted, and faults happen to them. */
  const answerShop = async (
    url: URL,
    origin: string,
    fault: Fault,
    response: ServerResponse,
  ): Promise<boolean> => {
    const [, section, id] = url.pathname.split('/');
    if (section === 'products' && id === undefined) {
      sendJson(response, 200, withFault(pageOf(url, listings(origin)), fault));
    } else if (section === 'history.ndjson' && id === undefined) {
      const days = queryNumber(url, 'days', 1, 730, 120);
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      const lines = historyLines(seed, clock, clock.now(), days, origin);
      await pipeline(Readable.from(inChunks(lines)), response);
    } else if ((section === 'products' || section === 'p') && productsById.has(id!)) {
      const listing = listings(origin).find((item) => item.id === id)!;
      if (section === 'p') send(response, 200, 'text/html', productPage(listing));
      else sendJson(response, 200, withFault({ items: [listing] }, fault).items[0]);
    } else return false;
    return true;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    if (await answerControl(request, url, response)) return;

    const call = calls.arrived(request.method ?? 'GET', request.url ?? '/');
    response.once('close', () => (call.status = response.statusCode));
    const fault = faultOf(seed, calls.total, faultRate);
    if (fault.kind === 'error') return sendJson(response, 500, { error: 'The shop stumbled' });
    if (fault.kind === 'too-many') {
      const headers = { 'retry-after': String(fault.retryAfterSeconds) };
      return sendJson(response, 429, { error: 'Too many requests' }, headers);
    }
    if (fault.kind === 'slow') await delay(fault.delayMs, undefined, { signal: stopped.signal });
    const isKnown = await answerShop(url, `http://${request.headers.host}`, fault, response);
    if (!isKnown) sendJson(response, 404, { error: `Nothing at ${url.pathname}` });
  };

  /** What a test or an operator asks; neither counted nor faulty. Pictures are here too: no client polls them. */
  const answerControl = async (
    request: IncomingMessage,
    url: URL,
    response: ServerResponse,
  ): Promise<boolean> => {
    const image = /^\/images\/([\w-]+)\.svg$/.exec(url.pathname);
    if (url.pathname === '/calls') {
      sendJson(response, 200, { total: calls.total, maxPerSecond: calls.maxPerSecond, calls: calls.calls });
    } else if (url.pathname === '/faults' && request.method === 'POST') {
      const body = JSON.parse((await readBody(request)).toString()) as { rate?: unknown };
      faultRate = checkedRate(body.rate);
      sendJson(response, 200, { rate: faultRate });
    } else if (image && productsById.has(image[1]!)) {
      const { id, brand } = productsById.get(image[1]!)!;
      send(response, 200, 'image/svg+xml', productImage(id, brand), { 'cache-control': 'max-age=86400' });
    } else return false;
    return true;
  };

  const server = await listen(options.port ?? 0, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent)
        sendJson(response, 400, { error: error instanceof Error ? error.message : 'failed' });
      else response.destroy();
    });
  });
  return {
    url: server.url,
    calls,
    setFaultRate: (rate) => (faultRate = checkedRate(rate)),
    close: () => {
      stopped.abort();
      return server.close();
    },
  };
}

function checkedRate(rate: unknown): number {
  if (typeof rate === 'number' && rate >= 0 && rate <= 1) return rate;
  throw new RangeError('rate must be a number from 0 to 1');
}

interface Page {
  items: Listing[];
  next: string | null;
}

function pageOf(url: URL, listings: Listing[]): Page {
  const page = queryNumber(url, 'page', 1, 1000, 1);
  const perPage = queryNumber(url, 'perPage', 1, 100, 50);
  const items = listings.slice((page - 1) * perPage, page * perPage);
  const hasNext = page * perPage < listings.length;
  return { items, next: hasNext ? `/products?page=${page + 1}&perPage=${perPage}` : null };
}

/** Spoils one item's price where the fault says so. */
function withFault<Answer extends { items: Listing[] }>(answer: Answer, fault: Fault): Answer {
  if (fault.kind !== 'malformed' || answer.items.length === 0) return answer;
  const spoiled = Math.floor(fault.itemShare * answer.items.length);
  const items = answer.items.map((item, index) =>
    index === spoiled ? { ...item, price: fault.price } : item,
  );
  return { ...answer, items };
}

/** Lines in blocks of a few KiB: one write per line would cost more than the line. */
function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length > 65_536) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}
