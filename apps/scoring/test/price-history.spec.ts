import type { Message } from '@souk/bus';
import {
  type AcceptedOffer,
  newId,
  type OffersAccepted,
  OPERATOR_ACCOUNT_ID,
  type ScoredDeal,
} from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import type { World } from '@souk/testing';
import * as fc from 'fast-check';
import { HistoryReader } from '../src/chunks/history-reader.ts';
import { SCORING_CONFIG, type ScoringConfig } from '../src/config.ts';
import { HistoryCloser } from '../src/history-closer.ts';
import { HistoryLookups } from '../src/history-lookups.store.ts';
import { PlainListings } from '../src/context/plain-listings.ts';
import { AgedHistoryStore } from '../src/last-price/aged-history.store.ts';
import { HistoryMemory } from '../src/history-memory.ts';
import { Plausibility } from '../src/plausibility/plausibility.ts';
import { HistoryStore } from '../src/history.store.ts';
import type { OfferHistory } from '../src/offer-history.ts';
import { type Outcome, PriceHistory } from '../src/price-history.ts';
import { TimelineStore } from '../src/timeline.store.ts';
import { accepted, dayAt, price, startScoring } from './world.ts';

let world: World;
beforeAll(async () => {
  // Two open points are too many, but nothing is closed before a test asks for it.
  world = await startScoring({
    SOUK_HISTORY_OPEN_POINTS: '2',
    SOUK_HISTORY_CLOSE_INTERVAL_MS: '86400000',
  });
});
afterAll(() => world.stop());

const memory = () => world.app('scoring').get(HistoryMemory);

const dayOf = (atMs: number): number => (atMs - Date.parse(dayAt(0))) / 86_400_000;

const close = () => world.app('scoring').get(HistoryCloser).closeAll(new AbortController().signal);

/** Appends as a batch does: one message for each list of prices, one transaction, memory filled after the commit. */
async function append(
  accountId: string,
  messages: AcceptedOffer[][],
  { history, fails, origin }: { history?: PriceHistory; fails?: Error; origin?: 'fetched' } = {},
): Promise<Outcome[]> {
  const afterCommit: (() => void)[] = [];
  const database = world.app('scoring').get(Database);
  const outcomes = await database.transaction([accountId], async (tx) => {
    const found = await (history ?? world.app('scoring').get<PriceHistory>(PriceHistory)).append({
      tx,
      messages: messages.map((offers) => messageOf(accountId, offers, origin)),
      afterCommit: (work) => afterCommit.push(work),
    });
    if (fails) throw fails;
    return found;
  });
  for (const work of afterCommit) work();
  return outcomes;
}

/** Another replica: it has a memory of its own. */
function replica(Memory = HistoryMemory): PriceHistory {
  const app = world.app('scoring');
  return new PriceHistory(
    new Memory(app.get<ScoringConfig>(SCORING_CONFIG)),
    app.get(HistoryStore),
    app.get(HistoryLookups),
    app.get(TimelineStore),
    app.get(PlainListings),
    app.get(Plausibility),
    app.get(Clock),
  );
}

/** Remembers three price changes of an offer and sums up the others, as is done with very long histories. */
class ShortMemory extends HistoryMemory {
  override keep(offerId: string, history: OfferHistory): void {
    history.trim(3);
    super.keep(offerId, history);
  }
}

const messageOf = (
  accountId: string,
  offers: AcceptedOffer[],
  origin: 'posted' | 'fetched' = 'posted',
): Message<typeof OffersAccepted> => ({
  id: newId(),
  accountId,
  data: accepted(offers, { origin }),
  time: new Date(),
  traceId: '0'.repeat(32),
  correlationId: newId(),
  parent: undefined,
  keys: [],
  payload: '',
});

interface Observation {
  day: number;
  priceMinor: number;
  currency: string;
  availability: AcceptedOffer['availability'];
  seller: string | undefined;
}

const observation = fc.record({
  day: fc.integer({ min: 0, max: 25 }),
  priceMinor: fc.integer({ min: 1, max: 3 }),
  currency: fc.constantFrom('USD', 'USD', 'USD', 'EUR'),
  availability: fc.constantFrom<AcceptedOffer['availability'][]>(undefined, 'in_stock', 'out_of_stock'),
  seller: fc.constantFrom(undefined, undefined, 'Ann'),
});

/** Batches of messages of observations. */
const batches = fc.array(
  fc.array(fc.array(observation, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 }),
  {
    minLength: 1,
    maxLength: 5,
  },
);

const offerOf = (accountId: string, { day, ...one }: Observation): AcceptedOffer =>
  price(accountId, { ...one, observedAt: dayAt(day) });

/** Of what is sold out the last price that it could be bought at counts, else the next one, else the first one told. */
const asked = (ordered: readonly Observation[]): Observation[] =>
  ordered.map((one, place) => {
    if (one.availability !== 'out_of_stock') return one;
    const canBuy = ({ availability }: Observation): boolean => availability !== 'out_of_stock';
    const bought = ordered.slice(0, place).findLast(canBuy) ?? ordered.slice(place).find(canBuy);
    return { ...one, priceMinor: (bought ?? ordered[0]!).priceMinor };
  });

/** What the history must do, written down as plainly as possible: it looks at all observations every time. */
function naiveHistory() {
  const stored: Observation[] = [];
  const append = (one: Observation): Partial<ScoredDeal> | 'repeated' | 'conflict' => {
    const ofOffer = stored.filter((other) => other.seller === one.seller);
    const same = ofOffer.find((other) => other.day === one.day);
    if (same)
      return same.priceMinor === one.priceMinor && same.currency === one.currency ? 'repeated' : 'conflict';
    const ofCurrency = ofOffer.filter((other) => other.currency === one.currency);
    const earlier = asked(ofCurrency.toSorted((a, b) => a.day - b.day)).filter(
      (other) => other.day < one.day,
    );
    const previous = earlier.at(-1);
    stored.push(one);
    const isLate = ofOffer.some((other) => other.day > one.day);
    const lowest = previous && Math.min(...earlier.map((other) => other.priceMinor));
    // What is sold out changes no price.
    const changesNone = previous && !isLate && one.availability === 'out_of_stock';
    return {
      observedAt: dayAt(one.day),
      priceMinor: one.priceMinor,
      previousPriceMinor: changesNone ? one.priceMinor : previous?.priceMinor,
      previousAvailability: previous?.availability,
      lowestBeforeMinor: changesNone ? Math.min(lowest!, one.priceMinor) : lowest,
      ...(isLate && { late: true }),
    };
  };
  return { stored, append };
}

const judgement = ({
  observedAt,
  priceMinor,
  previousPriceMinor,
  previousAvailability,
  lowestBeforeMinor,
  late,
}: ScoredDeal) => ({
  observedAt,
  priceMinor,
  previousPriceMinor,
  previousAvailability,
  lowestBeforeMinor,
  ...(late && { late }),
});

describe('price history', () => {
  it('judges any sequence of repeated, late and contradicting prices as the plain model does, however it is batched', async () => {
    await fc.assert(
      fc.asyncProperty(
        batches,
        fc.constantFrom('mindful', 'forgetful', 'short of memory', 'closing'),
        async (all, mind) => {
          const account = newId();
          const naive = naiveHistory();
          const history = mind === 'short of memory' ? replica(ShortMemory) : undefined;
          for (const batch of all) {
            if (mind === 'forgetful') memory().forgetAll();
            if (mind === 'closing') await close();
            const outcomes = await append(
              account,
              batch.map((message) => message.map((one) => offerOf(account, one))),
              history ? { history } : {},
            );
            batch.forEach((message, index) => {
              const expected = message.map((one) => naive.append(one));
              expect(outcomes[index]!.deals.map(judgement)).toEqual(
                expected.filter((one) => typeof one === 'object'),
              );
              expect(outcomes[index]!.conflicts).toHaveLength(
                expected.filter((one) => one === 'conflict').length,
              );
            });
          }
          const sellers = [undefined, 'Ann'].map((seller) => price(account, { seller }).offerId);
          const series = await world
            .app('scoring')
            .get(Database)
            .read([account], (tx) => world.app('scoring').get(HistoryReader).points(tx, sellers));
          const rows = series.flatMap(({ offerId, currency, atMs, priceMinor }) =>
            [...atMs].map((at, index) => `${dayOf(at)} ${priceMinor[index]} ${currency} ${offerId}`),
          );
          const points = naive.stored.map(
            (one) => `${one.day} ${one.priceMinor} ${one.currency} ${offerOf(account, one).offerId}`,
          );
          expect(rows.toSorted()).toEqual(points.toSorted());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives the same scores from memory as from the table', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (all) => {
        const run = async (isForgetful: boolean) => {
          const account = newId();
          const scores: unknown[] = [];
          for (const batch of all) {
            if (isForgetful) memory().forgetAll();
            const outcomes = await append(
              account,
              batch.map((message) => message.map((one) => offerOf(account, one))),
            );
            scores.push(outcomes.map(({ deals }) => deals.map((deal) => [deal.score, deal.previousScore])));
          }
          return scores;
        };
        expect(await run(true)).toEqual(await run(false));
      }),
      { numRuns: 25 },
    );
  });

  it('finds nothing in memory of a batch that was rolled back', async () => {
    const account = newId();
    const on = (day: number, priceMinor: number) => price(account, { observedAt: dayAt(day), priceMinor });
    await append(account, [[on(0, 1000), on(5, 900)]]);
    await expect(
      append(account, [[on(6, 1), on(2, 5)]], { fails: new Error('rolled back') }),
    ).rejects.toThrow('rolled back');
    // As many points as the batch would have left behind, but others: counting them would not tell.
    await append(account, [[on(6, 800), on(3, 700)]], { history: replica() });
    const [outcome] = await append(account, [[on(7, 600), on(2, 5)]]);
    expect(outcome!.conflicts).toEqual([]);
    expect(outcome!.deals.map(judgement)).toMatchObject([
      { priceMinor: 600, previousPriceMinor: 800, lowestBeforeMinor: 700 },
      { priceMinor: 5, previousPriceMinor: 1000, late: true },
    ]);
  });

  it('fails a batch whose histories another replica added to, and remembers none of the others either', async () => {
    const account = newId();
    const on = (day: number, priceMinor: number) => price(account, { observedAt: dayAt(day), priceMinor });
    await append(account, [[on(0, 1000)]]);
    await append(account, [[on(1, 500)]], { history: replica() });
    await expect(append(account, [[on(2, 700)]])).rejects.toThrow('judged anew');
    expect(memory().entries).toBe(0);
    const [outcome] = await append(account, [[on(2, 700)]]);
    expect(outcome!.deals.map(judgement)).toMatchObject([
      { previousPriceMinor: 500, lowestBeforeMinor: 500 },
    ]);
  });

  it('fails a batch whose histories have as many points as are remembered, but not the same: old ones were deleted', async () => {
    const account = OPERATOR_ACCOUNT_ID;
    const on = (day: number, priceMinor: number) =>
      price(account, { product: 'aged', observedAt: dayAt(day), priceMinor });
    const { offerId } = on(0, 500);
    const app = world.app('scoring');
    await append(account, [[on(0, 500), on(1, 1000), on(2, 1000)]]);
    await app
      .get(Database)
      .transaction([account], (tx) =>
        app.get(AgedHistoryStore).forget(tx, 'steam', new Date(dayAt(1)), [offerId]),
      );
    await append(account, [[on(3, 800)]], { history: replica() });
    await expect(append(account, [[on(4, 900)]])).rejects.toThrow('judged anew');
    const [outcome] = await append(account, [[on(4, 900)]]);
    expect(outcome!.deals.map(judgement)).toMatchObject([
      { previousPriceMinor: 800, lowestBeforeMinor: 800 },
    ]);
  });

  it('fails a batch whose price would only wait, where another replica added what it is judged by', async () => {
    const account = newId();
    const on = (day: number, priceMinor: number) => price(account, { observedAt: dayAt(day), priceMinor });
    await append(account, [[on(0, 1000), on(1, 1000), on(2, 1000)]]);
    await append(account, [[on(3, 150)]], { history: replica() });
    const doubted = [[on(4, 100)]];
    await expect(append(account, doubted, { origin: 'fetched' })).rejects.toThrow('judged anew');
    const [outcome] = await append(account, doubted, { origin: 'fetched' });
    expect(outcome!.deals.map(judgement)).toMatchObject([{ priceMinor: 100, previousPriceMinor: 150 }]);
  });

  it('fails a batch that another replica overtook, so that it is judged anew', async () => {
    const account = newId();
    const on = (day: number, priceMinor: number) => price(account, { observedAt: dayAt(day), priceMinor });
    await append(account, [[on(0, 1000)]]);
    const history = world.app('scoring').get(PriceHistory);
    let isOvertaken = false;
    const overtaken = world
      .app('scoring')
      .get(Database)
      .transaction([account], (tx) =>
        history.append({
          tx: {
            query: async (sql, params) => {
              const rows = await tx.query(sql, params);
              if (!isOvertaken) {
                isOvertaken = true; // just after the history was found up to date
                await append(account, [[on(5, 500)]], { history: replica() });
              }
              return rows as never;
            },
          },
          messages: [messageOf(account, [on(6, 700)])],
          afterCommit: (work) => work(),
        }),
      );
    await expect(overtaken).rejects.toThrow('judged anew');
    const [outcome] = await append(account, [[on(6, 700)]]);
    expect(outcome!.deals.map(judgement)).toMatchObject([
      { previousPriceMinor: 500, lowestBeforeMinor: 500 },
    ]);
  });

  it('needs the same number of statements for a hundred prices as for one', async () => {
    const account = newId();
    let statements = 0;
    const counted = (messages: AcceptedOffer[][]) =>
      world
        .app('scoring')
        .get(Database)
        .transaction([account], (tx) =>
          world
            .app('scoring')
            .get(PriceHistory)
            .append({
              tx: {
                query: (sql, params) => {
                  statements += 1;
                  return tx.query(sql, params);
                },
              },
              messages: messages.map((offers) => messageOf(account, offers)),
              afterCommit: (work) => work(),
            }),
        );
    const many = (day: number) =>
      Array.from({ length: 10 }, (_, message) =>
        Array.from({ length: 100 }, (_, index) =>
          price(account, {
            product: `${message} ${index % 10}`,
            observedAt: dayAt(day + Math.floor(index / 10)),
          }),
        ),
      );
    await counted([[price(account, { product: 'one', observedAt: dayAt(1) })]]);
    const forOne = statements;
    statements = 0;
    await counted(many(0));
    expect(statements).toBe(forOne);
    statements = 0;
    await counted(many(20));
    expect(statements).toBeLessThanOrEqual(forOne + 1);
  });
});
