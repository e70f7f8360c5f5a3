import {
  ChangeWatches,
  CreateWatch,
  ExplainWatch,
  FindProducts,
  FormQuarantined,
  GetExchangeRates,
  GetThresholdAdvice,
  GetWatch,
  ImportWatches,
  ListSources,
  ListWatches,
  newId,
  OPERATOR_ACCOUNT_ID,
  productIdOf,
  type RequestOf,
  UpdateWatch,
  WatchChanged,
} from '@souk/contracts';
import { FrozenClock } from '@souk/testing';
import {
  alertsOf,
  handled,
  listing,
  news,
  prices,
  scored,
  source,
  startAlerting,
  watch,
} from './alerting-world.ts';

type Asked = Partial<RequestOf<typeof CreateWatch>>;

describe('watches on many listings, held back, explained and moved', () => {
  const clock = new FrozenClock('2026-06-01T12:00:00.000Z');
  let world: Awaited<ReturnType<typeof startAlerting>>;
  beforeAll(async () => {
    world = await startAlerting({ clock });
    world.answer(FindProducts, ({ text = '', source: of }) => ({
      products: [...world.known.values()].filter(
        (product) =>
          (of === undefined || product.source === of) &&
          text.split(' ').every((word) => product.facts.title?.toLowerCase().includes(word)),
      ),
      next: null,
    }));
    world.answer(ListSources, () => ({ sources: [] }));
    world.answer(GetExchangeRates, ({ day }) => ({
      exchangeRates: { day, base: 'EUR', rates: { USD: '1.25', INR: '100' }, origin: 'a bank' },
    }));
  });
  afterAll(() => world.stop());

  const make = async (accountId: string, asked: Asked) => {
    const base = { accountId, watchId: newId(), when: { priceBelow: '10' }, channels: ['inbox'] };
    return world.ask(CreateWatch, { ...base, ...asked });
  };
  const count = async (accountId: string, watchId: string) =>
    (await alertsOf(world, accountId, watchId)).length;
  let minute = 0;
  const price = (owner: string, product: string, priceMinor: number, previousPriceMinor: number, more = {}) =>
    prices(world, owner, [
      scored(owner, product, {
        observedAt: new Date(Date.UTC(2026, 4, 1) + (minute += 1) * 60_000).toISOString(),
        priceMinor,
        previousPriceMinor,
        ...more,
      }),
    ]);

  it('a watch by words hears of listings that were there and of new ones, not of others', async () => {
    const accountId = newId();
    const there = listing(OPERATOR_ACCOUNT_ID, 'there', { facts: { title: 'Zotac RTX 5070 OC' } });
    world.known.set(there.id, there);
    const { watch: made } = await make(accountId, { query: { text: 'rtx 5070' } });
    expect(made).toMatchObject({
      product: null,
      target: { kind: 'query', text: 'rtx 5070' },
      state: 'active',
    });
    await news(world, OPERATOR_ACCOUNT_ID, 'new', { title: 'MSI GeForce RTX-5070 Ventus' });
    await news(world, OPERATOR_ACCOUNT_ID, 'other', { title: 'MSI GeForce RTX 5060' });
    for (const product of ['there', 'new', 'other']) await price(OPERATOR_ACCOUNT_ID, product, 900, 1_100);
    const told = (await alertsOf(world, accountId, made.id)).map((alert) => alert.product);
    expect(told.toSorted()).toEqual(['new', 'there']);
    const tracked = await world.event(
      WatchChanged,
      ({ data }) => data.watchId === made.id && (data.products?.length ?? 0) >= 0,
    );
    expect(tracked.data).toMatchObject({ source: 'any', product: 'rtx 5070', productIds: [] });
  });

  it("a watch by words hears nothing of another account's listings", async () => {
    const [ada, bob] = [newId(), newId()];
    const { watch: made } = await make(ada, { query: { text: 'secret lamp' } });
    await news(world, bob, 'lamp', { title: 'Secret lamp' });
    await price(bob, 'lamp', 900, 1_100);
    expect(await count(ada, made.id)).toBe(0);
  });

  it.each([
    ['a category', { category: { name: 'laptops' } }, 2],
    ['a category of a source', { category: { name: 'Laptops', source: 'elsewhere' } }, 0],
    ['variations', { variantsOf: { source, product: 'shirt', attributes: { Size: 'm' } } }, 1],
  ] as [string, Asked, number][])(
    '%s is watched with what appears in it later',
    async (_, asked, expected) => {
      const accountId = newId();
      const { watch: made } = await make(accountId, asked);
      const at = '2026-01-01T00:00:00.000Z';
      const facts = [
        { category: ['Computers', 'Laptops'], variantOf: 'shirt', variant: { size: 'M', colour: 'red' } },
        { category: ['Laptops'], variantOf: 'shirt', variant: { size: 'L', colour: 'red' } },
        { category: ['Desktops'] },
      ];
      for (const [place, one] of facts.entries()) {
        await news(world, accountId, `p${place}`, { title: 'A thing', ...one }, at);
        await price(accountId, `p${place}`, 900, 1_100);
      }
      expect(await count(accountId, made.id)).toBe(expected);
    },
  );

  it.each([
    ['a category', { category: { name: 'Followed', source } }],
    ['a source', { source }],
    ['a search', { query: { text: 'followed thing' } }],
  ] as [string, Asked][])(
    '%s leads to what Souk itself fetches being looked up, also later',
    async (_, asked) => {
      const accountId = newId();
      const facts = { title: 'Followed thing', category: ['Followed'] };
      const told = async (watchId: string, product: string) => {
        const { data } = await world.event(
          WatchChanged,
          ({ data: one }) =>
            one.watchId === watchId && one.products?.some((two) => two.product === product) === true,
        );
        return data.products!.map((one) => one.product);
      };
      const [before, after, posted] = [newId(), newId(), newId()];
      await news(world, OPERATOR_ACCOUNT_ID, before, facts, clock.now().toISOString());
      const own = listing(OPERATOR_ACCOUNT_ID, before, { facts });
      world.known.set(own.id, own);
      const { watch: made, followed } = await make(accountId, asked);
      expect(followed).toContainEqual({ source, product: before });
      expect(await told(made.id, before)).not.toContain(after);
      await news(world, accountId, posted, facts, clock.now().toISOString());
      await news(world, OPERATOR_ACCOUNT_ID, after, facts, clock.now().toISOString());
      expect(await told(made.id, after)).toContain(before);
    },
  );

  it('a watch on a source hears of all its prices, each once', async () => {
    const accountId = newId();
    const { watch: made } = await make(accountId, { source });
    await price(accountId, 'unheard-of', 900, 1_100);
    await price(accountId, 'unheard-of', 800, 900);
    expect(await count(accountId, made.id)).toBe(1);
  });

  it('limits in the currency of the user are converted by the rate of the day', async () => {
    const accountId = newId();
    const own = productIdOf(accountId, source, 'abroad');
    world.known.set(own, listing(accountId, 'abroad'));
    world.deals.set(own, { ...dealOf(own), priceMinor: 2_000 });
    const { watch: made, alreadyTrue } = await make(accountId, {
      product: { source, product: 'abroad' },
      when: { priceBelow: '8', currency: 'EUR' },
    });
    expect(alreadyTrue).toEqual([]);
    await price(accountId, 'abroad', 1_000, 2_000); // 8.00 EUR
    expect(await count(accountId, made.id)).toBe(0);
    await price(accountId, 'abroad', 998, 1_000); // 7.98 EUR
    const [alert] = await alertsOf(world, accountId, made.id);
    expect(alert!.reasons[0]!.sentence).toBe('fell below 8.00 EUR: now 9.98 USD (7.98 EUR), before 10.00');
  });

  it('holds back what it was asked to, tells why, and speaks again when it may', async () => {
    const accountId = newId();
    const { watch: made } = await make(accountId, {
      product: { source, product: 'calm' },
      hysteresisPercent: 10,
      cooldownSeconds: 3_600,
      dailyCap: 2,
    });
    const events = async () =>
      (await world.ask(ExplainWatch, { accountId, watchId: made.id })).events.map(({ kind }) => kind);
    await price(accountId, 'calm', 990, 1_100);
    await price(accountId, 'calm', 1_010, 990);
    await price(accountId, 'calm', 995, 1_010);
    expect(await events()).toEqual(['hysteresis', 'raised']);
    await price(accountId, 'calm', 1_089, 995); // 10 % above the price that was told
    await price(accountId, 'calm', 990, 1_089);
    expect((await events()).filter((kind) => kind === 'cooldown')).toHaveLength(1);
    clock.advance(3_600_000);
    await price(accountId, 'calm', 1_100, 990);
    await price(accountId, 'calm', 980, 1_100);
    expect(await count(accountId, made.id)).toBe(2);
    clock.advance(3_600_000);
    await price(accountId, 'calm', 1_100, 980);
    await price(accountId, 'calm', 970, 1_100);
    expect((await events()).filter((kind) => kind === 'daily-cap')).toHaveLength(1);
    clock.advance(86_400_000);
    await price(accountId, 'calm', 1_100, 970);
    await price(accountId, 'calm', 960, 1_100);
    expect(await count(accountId, made.id)).toBe(3);
  });

  it('late prices, forbidden ones, snoozed and expired watches say why nothing came', async () => {
    const accountId = newId();
    const soon = new Date(clock.now().getTime() + 60_000).toISOString();
    const { watch: made } = await make(accountId, {
      product: { source, product: 'mute' },
      snoozedUntil: soon,
      expiresAt: new Date(clock.now().getTime() + 120_000).toISOString(),
    });
    await price(accountId, 'mute', 900, 1_100, { late: true });
    await price(accountId, 'mute', 900, 1_100);
    clock.advance(180_000);
    await price(accountId, 'mute', 900, 1_100);
    const bad = {
      product: 'mute',
      reason: 'implausible' as const,
      detail: 'costs a hundredth of what it did',
    };
    const id = await world.publish(
      FormQuarantined,
      { source, fetchId: newId(), mode: 'live', observations: [bad] },
      { accountId, key: productIdOf(accountId, source, 'mute') },
    );
    await handled(world, [id]);
    const explained = await world.ask(ExplainWatch, { accountId, watchId: made.id });
    expect(explained.events.map(({ kind }) => kind).toSorted()).toEqual([
      'expired',
      'late',
      'quarantined',
      'snoozed',
    ]);
    expect(explained.watch.state).toBe('expired');
    expect(explained.holds.map(({ kind }) => kind)).toEqual(['expired']);
    expect(await count(accountId, made.id)).toBe(0);
  });

  it('explains how far a price is from what was asked, and how old it is', async () => {
    const accountId = newId();
    const own = productIdOf(accountId, source, 'why');
    world.known.set(own, listing(accountId, 'why'));
    const observedAt = new Date(clock.now().getTime() - 360_000).toISOString();
    world.deals.set(own, { ...dealOf(own), priceMinor: 1_040, observedAt });
    const { watch: made } = await make(accountId, { product: { source, product: 'why' } });
    const explained = await world.ask(ExplainWatch, { accountId, watchId: made.id });
    expect(explained.summary).toBe(
      'costs 10.40 USD, 4.0 % above your limit of 10.00 USD; last checked 6 min ago',
    );
    expect(explained.evaluations[0]).toMatchObject({
      verdict: 'false',
      conditions: [{ field: 'when.priceBelow', rule: 'price below 10.00 USD', verdict: 'false' }],
      traceId: '0'.repeat(32),
    });
    await expect(world.ask(ExplainWatch, { accountId: newId(), watchId: made.id })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('many are changed at once by a tag; what makes no sense of one leaves that one', async () => {
    const accountId = newId();
    const made = [];
    for (const product of ['a', 'b'])
      made.push((await make(accountId, { product: { source, product }, tags: ['sale', product] })).watch);
    const stranger = newId();
    const byTag = await world.ask(ChangeWatches, {
      accountId,
      tag: 'sale',
      patch: { paused: true, addTags: ['held'], cooldownSeconds: 60 },
    });
    expect(byTag).toEqual({ changed: 2, notFound: [], rejected: [], more: false });
    const held = await world.ask(ListWatches, { accountId, limit: 10, tag: 'held', state: 'paused' });
    expect(held.watches.map(({ tags }) => tags)).toEqual([
      ['sale', 'b', 'held'],
      ['sale', 'a', 'held'],
    ]);
    const byIds = await world.ask(ChangeWatches, { accountId, ids: [made[0]!.id, stranger], delete: true });
    expect(byIds).toMatchObject({ changed: 1, notFound: [stranger] });
    const foreign = await world.ask(ChangeWatches, { accountId: newId(), ids: [made[1]!.id], delete: true });
    expect(foreign).toMatchObject({ changed: 0, notFound: [made[1]!.id] });
    const { watch: left } = await world.ask(GetWatch, { accountId, watchId: made[1]!.id });
    expect(left).toMatchObject({ paused: true, cooldownSeconds: 60 });
  });

  it('an import makes the good lines once and tells of the others by line and field', async () => {
    const accountId = newId();
    await news(world, accountId, 'linked', { title: 'Kettle', url: 'https://shop.example/kettle?id=7' });
    const content = [
      'name,tags,source,product,url,query,priceBelow,currency,dropPercent,allTimeLow',
      'Game,games|pc,steam,730,,,9.99,USD,,',
      ',,,,https://shop.example/kettle?id=7&utm_source=mail,,,,20,yes',
      ',,,,,,5,,,',
      ',,steam,1,,,abc,,,',
      ',,steam,2,,,,,,',
      '"Two\nlines",,,,,some words,5,EUR,,',
      ',,steam,3,,,5,USD,300,',
    ].join('\n');
    const request = { accountId, importId: newId(), format: 'csv' as const };
    const body = Buffer.from(content);
    const checked = await world.ask(ImportWatches, { ...request, dryRun: true }, { body });
    const first = await world.ask(ImportWatches, request, { body });
    expect(first.rejected).toEqual(checked.rejected);
    expect(first.rejected.map(({ line, field }) => [line, field])).toEqual([
      [4, 'product'],
      [5, 'when.priceBelow'],
      [6, 'when'],
      [9, 'when.dropPercent'],
    ]);
    expect(checked).toMatchObject({ created: 0, wouldCreate: 3, existing: 0, watchIds: [] });
    expect(first).toMatchObject({ created: 3, existing: 0 });
    expect(first).not.toHaveProperty('wouldCreate');
    const checkedAgain = await world.ask(ImportWatches, { ...request, dryRun: true }, { body });
    expect(checkedAgain).toMatchObject({ created: 0, wouldCreate: 0, existing: 3 });
    const again = await world.ask(ImportWatches, request, { body });
    expect(again).toMatchObject({ created: 0, existing: 3 });
    const { watches } = await world.ask(ListWatches, { accountId, limit: 10 });
    expect(watches).toHaveLength(3);
    expect(
      watches.find(({ productId }) => productId === productIdOf(accountId, source, 'linked'))?.when,
    ).toEqual({
      dropPercent: 20,
      allTimeLow: true,
    });
  });

  it('an import refuses on a line what a request would be refused, in the same words', async () => {
    const accountId = newId();
    const wrong: Asked[] = [
      { query: { text: '!!' } },
      { productId: newId() },
      { url: 'https://nowhere.example/x' },
      { product: { source, product: '1' }, expiresAt: '2026-06-01T12:00:00.000Z' },
      { product: { source, product: '1' }, channels: [newId()] },
      { product: { source, product: '1' }, when: { priceBelow: '5', currency: 'XXY' } },
    ];
    const good = { product: { source, product: '1' }, when: { allTimeLow: true }, paused: true };
    const lines = [...wrong.map((asked) => ({ when: { allTimeLow: true }, ...asked })), good];
    const imported = await world.ask(
      ImportWatches,
      { accountId, importId: newId(), format: 'json' },
      { body: Buffer.from(JSON.stringify(lines)) },
    );
    expect(imported.created).toBe(1);
    const { watches } = await world.ask(ListWatches, { accountId, limit: 10 });
    expect(watches).toMatchObject([{ paused: true }]);
    const told = await Promise.all(
      wrong.map((asked, place) =>
        make(accountId, asked).then(
          () => [],
          ({ problems }: { problems: object[] }) => problems.map((one) => ({ ...one, line: place + 1 })),
        ),
      ),
    );
    expect(imported.rejected).toEqual(told.flat());
  });

  it('no watch gets more tags than it may have, or an end that has passed', async () => {
    const accountId = newId();
    const tags = Array.from({ length: 19 }, (_, at) => `t${at}`);
    const { watch: full } = await make(accountId, { product: { source, product: '1' }, tags });
    const { watch: other } = await make(accountId, { product: { source, product: '2' } });
    const change = (patch: object) =>
      world.ask(ChangeWatches, { accountId, ids: [full.id, other.id], patch });
    expect(await change({ addTags: ['a', 'b'] })).toMatchObject({
      changed: 1,
      rejected: [
        {
          watchId: full.id,
          problems: [{ field: 'patch.addTags', problem: 'would give it 21 tags: at most 20' }],
        },
      ],
    });
    await expect(change({ expiresAt: '2026-06-01T11:59:59.999Z' })).rejects.toMatchObject({
      problems: [{ field: 'patch.expiresAt' }],
    });
    const ended = { accountId, watchId: other.id, expiresAt: '2020-01-01T00:00:00.000Z' };
    await expect(world.ask(UpdateWatch, ended)).rejects.toMatchObject({ problems: [{ field: 'expiresAt' }] });
  });

  it('the same link pasted in other words is the same product; one of no shop is refused by field', async () => {
    const accountId = newId();
    const amazon = await make(accountId, {
      url: 'https://www.amazon.in/Some-Thing/dp/B0CHX1W1XY/ref=sr_1?tag=x',
    });
    expect(amazon.watch.product).toEqual({ source: 'amazon-in', product: 'B0CHX1W1XY' });
    await expect(make(accountId, { url: 'https://nowhere.example/x' })).rejects.toMatchObject({
      code: 'invalid',
      problems: [{ field: 'url' }],
    });
  });

  it('says when a watch may never speak, or all the time', async () => {
    const accountId = newId();
    const own = productIdOf(accountId, source, 'advised');
    world.known.set(own, listing(accountId, 'advised'));
    world.deals.set(own, dealOf(own));
    const advice = async (when: Asked['when']) =>
      (await make(accountId, { product: { source, product: 'advised' }, ...(when && { when }) })).advice!.map(
        ({ kind, field }) => [kind, field],
      );
    expect(await advice({ priceBelow: '2' })).toEqual([['never', 'when.priceBelow']]);
    expect(await advice({ priceBelow: '7.50' })).toEqual([['rarely', 'when.priceBelow']]);
    expect(await advice({ priceBelow: '50' })).toEqual([['always-true', 'when.priceBelow']]);
    expect(await advice({ any: [{ dropPercent: 1 }, { backInStock: true }] })).toEqual([
      ['daily', 'when.any.0.dropPercent'],
      ['not-told', 'when.any.1.backInStock'],
    ]);
    expect(await advice({ priceBelow: '9.50' })).toEqual([]);
    expect(await advice({ all: [{ priceBelow: '9.50' }, { priceAbove: '20' }] })).toEqual([
      ['never', 'when.all.1.priceAbove'],
    ]);
    const once = { times: 1, timesLately: 1, lastAt: null, everyDays: null, why: '' };
    world.answer(GetThresholdAdvice, ({ productId, prices = [] }) => ({
      advice: {
        ...{ productId, offerId: productId, currency: 'USD', priceMinor: 1_000, days: 100 },
        ...{ prices: [], drops: [], recommended: null },
        asked: {
          ...{ lowestMinor: 800, largestDropPercent: 10, drops: [] },
          prices: prices.map((priceMinor) => ({ priceMinor, ...once })),
        },
      },
      alternatives: [],
    }));
    const known = await make(accountId, { productId: own, when: { priceBelow: '9.50' } });
    const sentence = 'a price below 9.50 USD would have fired once in the last 90 days';
    const told = [{ kind: 'past', field: 'when.priceBelow', sentence }];
    expect(known.advice).toMatchObject(told);
    const watched = { accountId, watchId: known.watch.id };
    expect((await world.ask(ExplainWatch, watched)).advice).toMatchObject(told);
    const again = await world.ask(UpdateWatch, { ...watched, when: { priceBelow: '9.50' } });
    expect(again.advice).toMatchObject(told);
    expect((await watch(world, accountId, 'advised', { dropPercent: 10 })).state).toBe('active');
  });
});

const dealOf = (productId: string) => ({
  productId,
  offerId: productId,
  observedAt: '2026-06-01T00:00:00.000Z',
  priceMinor: 1_000,
  currency: 'USD',
  listPriceMinor: null,
  availability: null,
  score: null,
  confidence: 1,
  scoreMissing: null,
  factors: [],
  discount: { claimedPercent: null, realPercent: null, method: 'none' },
  previousPriceMinor: null,
  statistics: [
    {
      window: 'all' as const,
      observations: 50,
      lowMinor: 800,
      highMinor: 2_000,
      medianMinor: 1_200,
      p10Minor: 850,
      p25Minor: 900,
      p75Minor: 1_500,
      p90Minor: 1_800,
    },
  ],
  traceId: '0'.repeat(32),
});
