import { randomInt } from 'node:crypto';
import * as fc from 'fast-check';
import { type Answer, Answers, documentsIn } from './fuzz-answers.ts';
import { type Call, Calls, listOf, type Route, routesOf } from './fuzz-calls.ts';
import { type Ground, startGround } from './fuzz-ground.ts';
import { Values } from './fuzz-values.ts';

const REQUESTS = Number(process.env['SOUK_FUZZ_REQUESTS'] ?? 3_000);
const SEED = Number(process.env['SOUK_FUZZ_SEED'] ?? randomInt(2 ** 31));
/** Time for all of them; a test that could not do its requests in time fails. */
const WITHIN_MS = Math.max(300_000, REQUESTS * 100);

let ground: Ground;
let routes: Route[];
let calls: Calls;
let answers: Answers;
/** How often each route answered the right key with which status. */
const told = new Map<Route, Map<number, number>>();

beforeAll(async () => {
  ground = await startGround();
  const document = (await ground.owner.get('/openapi.json')).body;
  routes = routesOf(document);
  calls = new Calls(new Values(document.components.schemas, ground.known, ground.words));
  answers = new Answers(document, routes);
});
afterAll(() => ground?.stop());

const statusesOf = (route: Route): [number, number][] => [...(told.get(route) ?? [])];
const hasSucceeded = (route: Route): boolean => statusesOf(route).some(([status]) => status < 300);

/** Half of the time a route that never succeeded yet. */
function drawRoute(draw: fc.GeneratorValue): Route {
  const hopeful = routes.filter((route) => !hasSucceeded(route));
  const among = hopeful.length > 0 && draw(fc.boolean) ? hopeful : routes;
  return among[draw((count: number) => fc.noBias(fc.nat(count - 1)), among.length)]!;
}

async function answerTo({ method, isOperators }: Route, { key, path, headers, body }: Call): Promise<Answer> {
  const { owner, operator } = ground;
  const { key: text } = isOperators === (key === 'right') ? operator : owner;
  const response = await fetch(`${owner.url}${path}`, {
    method,
    headers: { ...(key !== 'none' && { authorization: `Bearer ${text}` }), ...headers },
    ...(body !== undefined && { body }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type')?.split(';')[0] ?? '',
    text: await response.text(),
  };
}

/** A success that the key should not have. The operator has an account, too: only the owner has a key that is not enough. */
const isTrespass = ({ operation, isOperators }: Route, { key }: Call, { status }: Answer): boolean =>
  status < 300 &&
  ((key === 'wrong' && isOperators) || (key === 'none' && operation['x-scope'] !== undefined));

/** What was made or listed can be asked for from now on, what was deleted no more. */
function learn(route: Route, { path }: Call, { status, type, text }: Answer): void {
  if (status >= 300) return;
  if (route.method === 'DELETE') ground.known.forget(path.split('?')[0]!.split('/').at(-1)!);
  if (type !== 'application/json') return;
  const list = listOf(route);
  for (const value of documentsIn(text, type)) {
    const { items } = value; // of a job, their number
    for (const one of [value, ...(Array.isArray(items) ? items : [])]) {
      if (typeof one.id === 'string') ground.known.add(list, one.id);
    }
    if (typeof value.next === 'string') ground.known.add(`cursor of ${list}`, value.next);
  }
}

describe('the public API under requests made from its own document', () => {
  it(
    `answers ${REQUESTS} of them without a 5xx and as its schemas say, from every route with a success, and from none for a key that it does not take (SOUK_FUZZ_SEED=${SEED})`,
    async () => {
      let done = 0;
      await fc.assert(
        fc.asyncProperty(fc.gen(), async (draw) => {
          const route = drawRoute(draw);
          const call = draw((to: Route) => calls.to(to), route);
          const answer = await answerTo(route, call);
          done += 1;
          const { status } = answer;
          const problem = answers.problemWith(route, answer);
          if (problem) throw new Error(`${route.name}: ${problem}`);
          if (isTrespass(route, call, answer)) throw new Error(`${route.name}: ${status}, key: ${call.key}`);
          if (call.key !== 'right') return;
          const statuses = told.get(route) ?? new Map<number, number>();
          told.set(route, statuses.set(status, (statuses.get(status) ?? 0) + 1));
          learn(route, call, answer);
        }),
        { seed: SEED, numRuns: REQUESTS, endOnFailure: true },
      );
      expect(done).toBe(REQUESTS);
      const withoutSuccess = routes
        .filter((route) => !hasSucceeded(route))
        .map((route) => {
          const statuses = statusesOf(route).map(([status, times]) => `${status} (${times})`);
          return `${route.name}: ${statuses.join(', ') || 'never asked'}`;
        });
      expect(withoutSuccess).toEqual([]);
    },
    WITHIN_MS,
  );
});
