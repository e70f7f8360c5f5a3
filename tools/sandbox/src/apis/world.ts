import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ShopClock } from '../shop-clock.ts';
import type { AccountBudgets, ApiBudget } from './budget.ts';
import type { ApiCalls } from './calls.ts';
import type { ApiFault, ApiFaults } from './faults.ts';

/** What the fakes share: one clock, one log of calls, the faults and the budgets. */
export interface ApiWorld {
  readonly seed: string;
  readonly clock: ShopClock;
  readonly calls: ApiCalls;
  readonly faults: ApiFaults;
  readonly budgets: AccountBudgets;
  readonly budget: ApiBudget;
}

/** A call whose body was read. */
export interface ApiRequest {
  request: IncomingMessage;
  response: ServerResponse;
  /** The path below the API's own prefix. */
  path: string;
  query: URLSearchParams;
  body: string;
}

/** Status, body and headers of an answer; a text body is HTML. */
export interface ApiAnswer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** How a fake words what may happen to every call. */
export interface Wording {
  throttled(retryAfterSeconds: number): ApiAnswer;
  error: ApiAnswer;
  forbidden: ApiAnswer;
}

export const html: ApiAnswer = {
  status: 200,
  body: '<!doctype html><title>Robot check</title><p>Are you one?',
};
export const empty: ApiAnswer = { status: 200, body: {} };

/**
 * Notes the call, then decides whether it comes to an answer at all: faults first, then the account's budget.
 * `answer` gets the fault when it is one that the answer itself has to show. Nothing: the call is never answered.
 */
export async function admitted(
  world: ApiWorld,
  call: { api: string; operation: string; account: string; units: number },
  wording: Wording,
  answer: (fault: ApiFault | undefined) => ApiAnswer,
): Promise<ApiAnswer | undefined> {
  const noted = world.calls.arrived(call);
  const fault = world.faults.take(call);
  if (fault?.kind === 'hang') return undefined;
  if (fault?.kind === 'slow')
    await new Promise((resolve) => setTimeout(resolve, fault.delayMs ?? 1_000).unref());
  const told = refusalOf(fault, wording) ?? overBudget(world, call, wording) ?? answer(fault);
  noted.status = told.status;
  return told;
}

function refusalOf(fault: ApiFault | undefined, wording: Wording): ApiAnswer | undefined {
  if (fault?.kind === 'throttle') return wording.throttled(fault.retryAfterSeconds ?? 1);
  if (fault?.kind === 'error') return wording.error;
  if (fault?.kind === 'forbidden') return wording.forbidden;
  if (fault?.kind === 'html') return html;
  return fault?.kind === 'empty' ? empty : undefined;
}

function overBudget(
  { budgets, budget, clock }: ApiWorld,
  { api, account, operation }: { api: string; account: string; operation: string },
  wording: Wording,
): ApiAnswer | undefined {
  if (operation === 'token') return undefined;
  const waitSeconds = budgets.take(`${api} ${account}`, budget, clock.now());
  return waitSeconds === undefined ? undefined : wording.throttled(waitSeconds);
}
