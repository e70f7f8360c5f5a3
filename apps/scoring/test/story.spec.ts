import { DealsScored, HistoryQuarantined, newId, OffersAccepted } from '@souk/contracts';
import { fact, given, type World } from '@souk/testing';
import { accepted, price, startScoring } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startScoring();
});
afterAll(() => world.stop());

describe('what scoring says of a price', () => {
  const offered = (accountId: string, priceMinor: number, day: number) => {
    const observedAt = new Date(Date.UTC(2026, 0, day)).toISOString();
    const offer = price(accountId, { observedAt, priceMinor });
    return fact(OffersAccepted, accepted([offer]), { accountId, key: offer.productId });
  };

  it('a lower price names the one before it and the lowest so far', async () => {
    const account = newId();
    const [deals] = await given(
      world,
      offered(account, 1_500, 1),
      offered(account, 1_200, 2),
      offered(account, 1_400, 3),
    )
      .when(offered(account, 900, 4))
      .thenPublished(DealsScored);
    expect(deals!.deals).toMatchObject([
      { priceMinor: 900, previousPriceMinor: 1_400, lowestBeforeMinor: 1_200 },
    ]);
  });

  it('another price for a moment that has one is a conflict, and no deal follows', async () => {
    const account = newId();
    const story = given(world, offered(account, 1_500, 1)).when(offered(account, 1_499, 1));
    const [quarantined] = await story.thenPublished(HistoryQuarantined);
    expect(quarantined!.observations).toMatchObject([
      { reason: 'conflict', detail: expect.stringContaining('14.99') },
    ]);
    const scored = world.events(DealsScored).filter(({ accountId }) => accountId === account);
    expect(scored.flatMap(({ data }) => data.deals.map(({ priceMinor }) => priceMinor))).toEqual([1_500]);
  });
});
