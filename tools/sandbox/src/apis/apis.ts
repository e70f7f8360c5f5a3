import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen, readBody, send, sendJson, type RunningServer } from '../http.ts';
import { shopClock } from '../shop-clock.ts';
import { AccountBudgets, type ApiBudget } from './budget.ts';
import { ApiCalls, checkWindows } from './calls.ts';
import { answerCreators } from './creators.ts';
import { CreatorsTokens } from './creators-tokens.ts';
import { ApiFaults, type ApiFault } from './faults.ts';
import { answerKeepa, KeepaBuckets } from './keepa.ts';
import { answerTokopedia } from './tokopedia.ts';
import type { ApiAnswer, ApiRequest, ApiWorld } from './world.ts';

export interface ApisOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** The same seed gives the same prices. */
  seed?: string;
  /** At 1 a tick, the time between two prices, lasts 2 s. */
  speed?: number;
  /** What each account may call; without limit unless given. Real accounts begin with 1 a second and 8,640 a day. */
  budget?: ApiBudget;
  /** Keepa's tokens per minute and key; 1,000,000 unless given. Real ones begin with 20. */
  keepaPerMinute?: number;
  /** How long tokens of the Creators API live; 3,600 s as the real ones unless given. */
  tokenLifeSeconds?: number;
  /** The clock, for tests. */
  now?: () => number;
}

/** Fakes of the interfaces that Souk asks: /creators, /keepa, /tokopedia. */
export interface RunningApis extends RunningServer {
  readonly calls: ApiCalls;
  fail(fault: ApiFault): void;
  clearFaults(): void;
}

/** Starts the fakes in this process. Control: GET /calls, GET /calls/windows, DELETE /calls, POST and DELETE /faults. */
export async function startApis(options: ApisOptions = {}): Promise<RunningApis> {
  const clock = shopClock(options.speed ?? 1, options.now);
  const calls = new ApiCalls(clock.now);
  const faults = new ApiFaults();
  const world: ApiWorld = {
    seed: options.seed ?? 'souk',
    clock,
    calls,
    faults,
    budgets: new AccountBudgets(),
    budget: options.budget ?? {},
  };
  const tokens = new CreatorsTokens(options.tokenLifeSeconds ?? 3_600, clock.now);
  const buckets = new KeepaBuckets(options.keepaPerMinute ?? 1_000_000);
  const apis: Readonly<Record<string, (call: ApiRequest) => Promise<ApiAnswer | undefined>>> = {
    creators: (call) => answerCreators(world, tokens, call),
    keepa: (call) => answerKeepa(world, buckets, call),
    tokopedia: (call) => answerTokopedia(world, call),
  };

  const control = (method: string, url: URL, body: string): unknown => {
    const filter = Object.fromEntries(url.searchParams);
    switch (`${method} ${url.pathname}`) {
      case 'GET /calls':
        return { total: calls.total, calls: calls.list(filter) };
      case 'GET /calls/windows': {
        const { limit, windowMs } = filter;
        return checkWindows(calls.list(filter), Number(limit), Number(windowMs));
      }
      case 'DELETE /calls':
        calls.clear();
        return { ok: true };
      case 'POST /faults':
        faults.set(JSON.parse(body) as ApiFault);
        return { ok: true };
      case 'DELETE /faults':
        faults.clear();
        return { ok: true };
      default:
        return undefined;
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const body = (await readBody(request)).toString();
    const told = control(request.method ?? 'GET', url, body);
    if (told !== undefined) return sendJson(response, 200, told);
    const [, api = '', path = ''] = /^\/(\w+)(\/.*)$/.exec(url.pathname) ?? [];
    const ask = apis[api];
    if (!ask) return sendJson(response, 404, { error: `Nothing at ${url.pathname}` });
    const answered = await ask({ request, response, path, query: url.searchParams, body });
    if (!answered) return; // the client's own deadline has to end this
    const { status, headers } = answered;
    if (typeof answered.body === 'string') send(response, status, 'text/html', answered.body, headers);
    else sendJson(response, status, answered.body, headers);
  };

  const server = await listen(options.port ?? 0, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : 'failed';
      if (response.headersSent) response.destroy();
      else sendJson(response, 400, { error: message });
    });
  });
  return { ...server, calls, fail: (fault) => faults.set(fault), clearFaults: () => faults.clear() };
}
